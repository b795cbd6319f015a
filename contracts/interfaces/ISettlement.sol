// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {IBills} from "./IBills.sol";
import {IReceivables} from "./IReceivables.sol";
import {Debtor, IRecourse} from "./IRecourse.sol";

/// @title ISettlement
/// @notice The only contract that moves an asset against money, payment on the due day included. Both move or neither.
/// @custom:rule R77-4
interface ISettlement {
    event PaymentSettled(uint256 indexed certificateId, address indexed debtor, uint256 totalFen, address officer);
    /// @notice A filing receipt was used for a pledge or a bill; a sale names its own in CertificateSold.
    event ReceiptFiled(bytes32 indexed registryReceipt, bytes32 indexed useId);

    /// @notice Bills of one acceptor were paid in one call, each as its BillPaid says. `payer` is the acceptor or its access
    /// bank; the money is the acceptor's.
    event BillsPaid(address indexed acceptor, address indexed payer, uint256 totalFen, address officer);
    /// @notice What was paid beyond the face for a bill that had been dishonoured (NIL-70), fen.
    event OverdueInterestPaid(uint256 indexed tokenId, uint256 interestFen);

    /// @notice B39: the holder of a discounted bill was paid online by a debtor; `reason` is RT01 (dishonour) or RT02
    /// (insufficient balance).
    event CollectedOnline(
        uint256 indexed tokenId,
        address indexed holder,
        address indexed payer,
        address guaranteed,
        bytes4 reason,
        uint64 paidFen,
        address officer
    );

    /// @notice Thrown when another contract than the rooms of financing comes to a door of theirs.
    error SettlementRoom(address caller);
    /// @notice Thrown when no bill is named, or too many for one call.
    error SettlementBillCount(uint256 actual, uint256 max);
    /// @notice Thrown when one payment names bills of two acceptors.
    error SettlementAcceptors(uint256 tokenId, address actual, address needed);
    /// @notice Thrown when an approval comes from another party than the terms name.
    error SettlementParty(uint256 tokenId, address actual, address needed);
    /// @notice Thrown when a bill was not discounted, so that it is not collected online (B39).
    error SettlementNotDiscounted(uint256 tokenId);
    /// @notice Thrown when the debtors to be debited are not in the order of B39, the acceptor first.
    error SettlementOrder(uint256 tokenId, uint256 place);
    /// @notice Thrown when none of the debtors named has both allowed and got the money, fen.
    error SettlementNothingToDebit(uint256 tokenId, uint256 claimFen);
    /// @notice Thrown when a debtor pays some holders in full without having the money for all of them, fen.
    error SettlementPreference(uint256 certificateId, uint256 available, uint256 needed);

    /// @notice E8: the debtor pays the listed holders all it owes them on the certificate, late interest included. What
    /// is pledged is paid to the pledgee up to its debt (financing.md §7). Pays some before others only if its money covers
    /// what all hold. Works for a frozen or suspended debtor and for frozen
    /// holders.
    /// @param holders Ascending, without repetition; at most Receivables.HOLDERS_MAX.
    /// @return totalFen What left the debtor's account, fen.
    function payAtMaturity(uint256 certificateId, address[] calldata holders) external returns (uint256 totalFen);

    /// @notice E8 in part: `amountFen` of principal to all holders pro rata (largest remainder), each with its late interest.
    function payPart(uint256 certificateId, uint64 amountFen, address[] calldata holders)
        external
        returns (uint256 totalFen);

    /* BILLS */

    /// @notice B30: pays ranges of bills of one acceptor in full, straight to whoever holds them. From maturity on the
    /// presentation is part of it; before, it answers a presentation. A bill that was dishonoured costs interest too (NIL-70).
    /// The acceptor, also when frozen or suspended, or its access bank for ranges that are presented (NT05).
    /// @param tokenIds At most BILLS_MAX.
    /// @return totalFen What left the acceptor's account, fen.
    /// @custom:rule NIL-54, NIL-57, NIL-60
    function payBills(uint256[] calldata tokenIds) external returns (uint256 totalFen);

    /// @notice B37: takes the settlement offered for a range; the claim of today moves one way, the range the other. Its
    /// holder, also when frozen.
    /// @return paidFen What the payer paid, fen.
    /// @custom:rule NIL-70, NIL-71, NIL-72
    function takeSettlement(uint256 tokenId) external returns (uint64 paidFen);

    /// @notice B36 and B37 in one transaction, sent by an officer of either side; nothing is pending in between.
    function settleSigned(IRecourse.SettlementTerms calldata terms, Approval calldata payer, Approval calldata holder)
        external
        returns (uint64 paidFen);

    /// @notice B39, 线上追偿: the holder of a discounted bill under recourse is paid by the first of its debtors that can pay:
    /// acceptor, then who guarantees it (保证增信行), then the first discounter, then its guarantor. Nobody is debited that has not
    /// allowed the holder to (`Cash.approve`); each has been pursued. What the payer has for it is as in `takeSettlement`, and on a
    /// pledged range the pledgor has what is above the debt.
    /// @param debtors In that order; the acceptor first.
    /// @return place Who of them paid, from 0.
    /// @return paidFen What it paid, fen.
    function collectOnline(uint256 tokenId, Debtor[] calldata debtors) external returns (uint256 place, uint64 paidFen);

    /// @notice Pays a claim that was left when a bill ended, with interest until today. Its debtor.
    function payResidual(uint256 tokenId) external returns (uint256 totalFen);

    /// @notice The EIP-712 digest that both sides of `settleSigned` approve.
    function settlementIdOf(IRecourse.SettlementTerms calldata terms) external view returns (bytes32);

    /* FOR THE OTHER ROOMS OF FINANCING */

    /// @notice Files a receipt: it backs one financing over the whole ledger (R77-6). Loans, BillDiscounting.
    function file(bytes32 registryReceipt, bytes32 useId) external;

    /// @notice Moves money that one party owes or lends another; whose consent that takes, the room has checked. Loans,
    /// Factoring, EarlyPayments, BillDiscounting, BillLoans.
    function pay(address from, address to, uint256 amountFen) external;

    /// @notice Gives units back to a former holder against what it pays for them. Factoring.
    function giveBack(uint256 certificateId, address holder, address payer, uint64 unitsFen, uint64 paidFen) external;

    /// @notice Burns a part that its debtor pays early, against the money. EarlyPayments.
    function retire(uint256 certificateId, address debtor, address holder, uint64 amountFen, uint256 paidFen) external;

    /// @notice Passes a bill range, or one end of it, on against money: its price, or what is lent on it. BillDiscounting,
    /// BillLoans.
    function passBill(
        uint256 tokenId,
        uint256 partId,
        address from,
        address to,
        IBills.RecordKind kind,
        IBills.Flag flag,
        uint256 paidFen
    ) external;

    /// @notice Gives a range, or one end of it, back to who passed it on, against a price or none; to its holder, it only becomes
    /// free. BillDiscounting, BillLoans.
    function returnBill(uint256 tokenId, uint256 partId, address holder, address to, uint256 paidFen) external;

    /// @notice Moves a pledged part, freed just before, to its buyer, and the price to lender and pledgor. Loans.
    function sellPledged(IReceivables.Hop calldata hop, address lender, uint256 lenderFen, uint256 surplusFen) external;
}
