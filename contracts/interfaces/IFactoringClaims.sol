// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Priority} from "../libraries/Priority.sol";
import {IReceivables} from "./IReceivables.sol";

/// @title IFactoringClaims
/// @notice Who owes what to whom once a certificate financed or passed on with recourse was not paid, or was: claims of
/// recourse factoring, and the walk along recourse undertakings.
/// @custom:rule CC-766, CC-767, CC-768
interface IFactoringClaims {
    enum DealState {
        Open,
        BoughtBack,
        Settled
    }

    enum ClaimState {
        None,
        Open,
        Paid,
        Withdrawn
    }

    /// @dev A part financed with recourse, in the terms of its quote; Factoring vouches for them.
    /// @param id The quote's id.
    struct Deal {
        bytes32 id;
        uint256 certificateId;
        address supplier;
        address factor;
        uint64 partFen;
        uint64 advanceFen;
        uint32 ratePpm;
        uint64 costsMaxFen;
        IReceivables.Recourse recourse;
        uint64 capFen;
    }

    /// @dev A deal's account on a day, fen.
    /// @param collectedFen What the part has brought in: its share of all principal and late interest paid.
    /// @param owedFen Advance, interest after the due day on what was not collected yet, and costs.
    /// @param leftFen What of the part is still unpaid.
    struct Account {
        uint256 collectedFen;
        uint256 owedFen;
        uint256 leftFen;
        bool isDue;
    }

    /// @dev A holder's claim against a former holder.
    /// @param path Places of undertakings, each in the list of the party reached so far, beginning with the claimant's own.
    /// @param reference_ Tells equal claims apart.
    struct RecourseClaim {
        uint256 certificateId;
        address claimant;
        uint256[] path;
        uint64 amountFen;
        bytes32 evidenceHash;
        bytes32 reference_;
    }

    /// @dev One hop of a walk: who answers, for how many units, and what it owes for them, fen.
    struct Step {
        address party;
        uint256 unitsFen;
        uint256 owedFen;
    }

    /// @dev What of an undertaking was used: units given back, and money paid for them, fen.
    struct Spent {
        uint64 amountFen;
        uint64 paidFen;
    }

    event CostsStated(
        bytes32 indexed dealId, address indexed factor, uint64 costsFen, bytes32 evidenceHash, address officer
    );
    event UndertakingSpent(
        uint256 indexed certificateId, address indexed to, uint256 index, uint64 amountFen, uint64 paidFen
    );
    event RecourseClaimed(
        bytes32 indexed claimId,
        uint256 indexed certificateId,
        address indexed claimant,
        address against,
        uint64 amountFen,
        bytes32 evidenceHash,
        address officer
    );
    event RecourseClaimWithdrawn(bytes32 indexed claimId, address officer);

    /// @notice Thrown when the deal was bought back or settled before.
    error FactoringDealState(bytes32 dealId, DealState actual);
    /// @notice Thrown when the part was sold without recourse: the funder keeps what is above, and bears what is below
    /// (CC-767).
    error FactoringWithoutRecourse(bytes32 dealId);
    /// @notice Thrown when the certificate is not overdue, so that nobody answers for it yet (civil days).
    error FactoringNotDue(uint256 certificateId, uint32 payDay, uint32 today);
    /// @notice Thrown when the certificate is not paid in full yet, so that the surplus is not known, fen.
    error FactoringNotCollected(bytes32 dealId, uint256 leftFen);
    /// @notice Thrown when nothing is owed (any more, under a cap), or the factor holds nothing of the part any more.
    error FactoringNothingOwed(bytes32 dealId);
    /// @notice Thrown when costs are stated twice, or none are.
    error FactoringCosts(bytes32 dealId, uint256 actual);
    /// @notice Thrown when an undertaking is not that of the sale: another party's, or for other amounts.
    error FactoringUndertaking(uint256 certificateId, address actual, address needed);
    /// @notice Thrown when an undertaking covers less than is claimed, fen.
    error FactoringCover(uint256 certificateId, address party, uint256 available, uint256 needed);
    /// @notice Thrown when a path is empty, too long, or leads back to the claimant.
    error FactoringPath(uint256 certificateId, uint256 actual, uint256 needed);
    /// @notice Thrown when a claim is not in the state the act needs.
    error FactoringClaimState(bytes32 claimId, ClaimState actual, ClaimState needed);
    /// @notice Thrown when another party than the claimant or the party claimed against acts.
    error FactoringClaimParty(bytes32 claimId, address actual, address needed);

    /// @notice F8: the factor states, once, what collection cost it; counted up to the quote's limit.
    function stateCosts(bytes32 dealId, uint64 costsFen, bytes32 evidenceHash) external;

    /// @notice E10: a holder of an overdue certificate claims against a party that its chain of undertakings reaches.
    function claim(RecourseClaim calldata c) external returns (bytes32 claimId);

    /// @notice The claimant takes its claim back. Also when frozen or suspended.
    function withdrawClaim(bytes32 claimId) external;

    /* FACTORING ONLY */

    /// @notice F8, F9: what the supplier pays to get back what the factor holds of the part.
    /// @param undertaking Place of the supplier's undertaking in the factor's list.
    function repurchase(Deal calldata d, uint256 undertaking) external returns (uint64 unitsFen, uint64 payFen);

    /// @notice F8: what the debtor paid above advance, interest and costs.
    function surplus(Deal calldata d) external returns (uint64 refundFen);

    /// @notice E10: the party claimed against pays, and the units come to it.
    function answer(RecourseClaim calldata c, address payer)
        external
        returns (bytes32 claimId, uint64 unitsFen, uint64 payFen);

    /* READING */

    function accountOf(Deal calldata d) external view returns (Account memory);

    /// @notice E10: who answers to the claimant for `amountFen` along a path, and with how much, today.
    function walk(uint256 certificateId, address claimant, uint256[] calldata path, uint64 amountFen)
        external
        view
        returns (Step[] memory);

    /// @notice CC-768: how what a receivable brings in is divided over several claims on it.
    function priorityOf(Priority.Claim[] calldata claims, uint256 amountFen)
        external
        pure
        returns (uint256[] memory partsFen, uint256 leftFen);

    function claimIdOf(RecourseClaim calldata c) external view returns (bytes32);
    function dealStateOf(bytes32 dealId) external view returns (DealState);
    function claimOf(bytes32 claimId) external view returns (address claimant, ClaimState state);
    function costsOf(bytes32 dealId, address factor) external view returns (uint64);
    function spentOf(uint256 certificateId, address to, uint256 index) external view returns (Spent memory);
}
