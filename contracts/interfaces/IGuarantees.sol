// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {IBills} from "./IBills.sol";

/// @title IGuarantees
/// @notice Who guarantees whom on which range of which bill (保证, B16). A guarantee follows its range and every piece of
/// it. There is no field for a condition: a condition is void and the guarantee stands (NIL-48).
/// @dev Guarantors are jointly liable with the party they guarantee and with each other (NIL-50, NIL-51); who pays has
/// recourse against the guaranteed party and those before it (NIL-52). Recourse reads that here.
/// @custom:rule NIL-45, NIL-47, NIL-48, NIL-50, NIL-51, NIL-52, X3, R4-36, OP-15
/// @custom:invariant GRT-1 A guarantor was no debtor of the bill when it signed (NIL-45).
/// @custom:invariant GRT-2 A guarantee covers every piece of its range and nothing else.
interface IGuarantees {
    struct Guarantee {
        address guarantor;
        uint40 first; // 0–0: the whole of an indivisible bill
        uint40 last;
        address guaranteed;
        uint24 day;
    }

    /// @dev What both sides approve. `acts` is the range's count of acts, so that neither signs an old state.
    struct GuaranteeTerms {
        uint256 tokenId;
        address guarantor;
        address guaranteed; // zero: the acceptor if accepted, else the drawer (NIL-47)
        uint16 acts;
        bytes32 documentHash;
        uint64 deadline; // unix seconds
    }

    event GuaranteeRequested(
        bytes32 indexed pendingId,
        uint256 indexed tokenId,
        address indexed requester,
        address guarantor,
        address guaranteed,
        uint32 deadlineDay,
        bytes32 documentHash,
        address officer
    );
    /// @notice `debtorOfficer` is zero where the request was an act of its own.
    event GuaranteeGiven(
        uint256 indexed tokenId,
        address indexed guarantor,
        address indexed guaranteed,
        uint16 index,
        bytes32 documentHash,
        address debtorOfficer,
        address officer
    );

    /// @notice Thrown when a bill's status and flag allow no guarantee (B16).
    error GuaranteesPair(uint256 tokenId, IBills.Status status, IBills.Flag flag);
    /// @notice Thrown when the requester or the guaranteed party is no debtor of the range.
    error GuaranteesNoDebtor(uint256 tokenId, address party);
    /// @notice Thrown when the guarantor is a debtor of the bill or holds it (NIL-45).
    error GuaranteesDebtor(uint256 tokenId, address guarantor);
    /// @notice Thrown when the guarantor guarantees that party on that range already.
    error GuaranteesGiven(uint256 tokenId, address guarantor, address guaranteed);
    /// @notice Thrown when a bill carries as many guarantees as it can.
    error GuaranteesFull(uint128 billNo, uint256 max);
    /// @notice Thrown when the last day lies in the past or after maturity (civil days, OP-31).
    error GuaranteesDeadline(uint256 tokenId, uint32 deadlineDay, uint32 earliest, uint32 latest);
    /// @notice Thrown when the document is missing.
    error GuaranteesDocument(uint256 tokenId);
    /// @notice Thrown when the holder has refused a request of that party on the range: ask with both signatures.
    error GuaranteesRefused(uint256 tokenId, address requester);
    /// @notice Thrown when the range has changed since the terms were approved.
    error GuaranteesActs(uint256 tokenId, uint16 actual, uint16 needed);

    /// @notice B16: asks for a guarantee. A debtor: drawer, acceptor or an endorser in the range's chain. Locks the range until
    /// it is answered; its pair stays. The holder may end it too (`refuse`), so nobody locks another's bill for long.
    /// @param deadlineDay Last day for the answer, before the maturity.
    function requestGuarantee(GuaranteeTerms calldata terms, uint32 deadlineDay) external returns (bytes32 pendingId);

    /// @notice B16: gives the guarantee asked for. The guarantor.
    function giveGuarantee(GuaranteeTerms calldata terms, address requester) external;

    /// @notice B16: ends a request by another party on a range that the caller's party holds. That party asks for this range
    /// with both signatures from now on.
    function refuse(GuaranteeTerms calldata terms, address requester) external;

    /// @notice B16: both approvals in one transaction, sent by one of the two who approve.
    function giveSigned(GuaranteeTerms calldata terms, Approval calldata debtor, Approval calldata guarantor) external;

    /* READING */

    /// @notice Every guarantee of a bill, oldest first.
    function guaranteesOf(uint128 billNo) external view returns (Guarantee[] memory);

    /// @notice The guarantees that cover a range, oldest first.
    function covering(uint256 tokenId) external view returns (Guarantee[] memory);

    /// @notice The parties that `guarantor` guarantees on a range; empty if none.
    function guaranteedBy(uint256 tokenId, address guarantor) external view returns (address[] memory);

    /// @notice Whether `guarantor` guarantees `guaranteed` on a range.
    function isGuarantor(uint256 tokenId, address guarantor, address guaranteed) external view returns (bool);

    /// @notice The id of a request: EIP-712 digest of the terms and the party that asks.
    function requestIdOf(GuaranteeTerms calldata terms, address requester) external view returns (bytes32);
}
