// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IReceivables} from "./IReceivables.sol";

/// @title ISettlement
/// @notice The only contract that moves an asset against money, payment on the due day included. Both move or neither.
/// @custom:rule R77-4
interface ISettlement {
    event PaymentSettled(uint256 indexed certificateId, address indexed debtor, uint256 totalFen, address officer);
    /// @notice A filing receipt was used for a pledge; a sale names its own in CertificateSold.
    event ReceiptFiled(bytes32 indexed registryReceipt, bytes32 indexed useId);

    /// @notice Thrown when a debtor pays some holders in full without having the money for all of them, fen.
    error SettlementPreference(uint256 certificateId, uint256 available, uint256 needed);

    /// @notice E8: the debtor pays the listed holders all it owes them on the certificate, late interest included. What is
    /// pledged is paid to the pledgee up to its debt (B23, financing.md §7). Pays some before others only if its money
    /// covers what all hold. Works for a frozen or suspended debtor and for frozen holders.
    /// @param holders Ascending, without repetition; at most Receivables.HOLDERS_MAX.
    /// @return totalFen What left the debtor's account, fen.
    function payAtMaturity(uint256 certificateId, address[] calldata holders) external returns (uint256 totalFen);

    /// @notice E8 in part: `amountFen` of principal to all holders pro rata (largest remainder), each with its late interest.
    function payPart(uint256 certificateId, uint64 amountFen, address[] calldata holders)
        external
        returns (uint256 totalFen);

    /* LOANS ONLY */

    /// @notice Files a pledge's receipt and pays an advance out.
    function lend(bytes32 registryReceipt, bytes32 loanId, address lender, address borrower, uint256 amountFen) external;

    /// @notice Files the receipt of a further pledge.
    function fileReceipt(bytes32 registryReceipt, bytes32 useId) external;

    /// @notice Pays a lender back.
    function pay(address from, address to, uint256 amountFen) external;

    /// @notice Moves a pledged part, freed just before, to its buyer, and the price to lender and pledgor.
    function sellPledged(
        IReceivables.Hop calldata hop,
        bytes32 registryReceipt,
        bytes32 saleId,
        address lender,
        uint256 lenderFen,
        uint256 surplusFen
    ) external;
}
