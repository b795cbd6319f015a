"""History, reconciliation, report and files by command, against a real node; and nodes that lie."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scf.audit.gathering import key_text
from scf.audit.modes import FAST, FULL, PROVED, Done, Request, run_checks
from scf.audit.proofs.misfit import hex_of
from scf.audit.store import Store
from scf.audit.sync import sync
from scf.build.manifest import Deployed, Manifest, hash_of
from scf.chain.chain import Chain
from scf.chain.node import Anvil
from scf.errors import ManifestError, UsageError
from scf.units import format_fen
from tests.audit.reading.meddling import Refused, meddled
from tests.audit.reading.tales import Tale, tell_tale
from tests.cli.driving import Said, scf
from tests.engines import OnNode
from tests.stories import YUAN
from tests.world import World


@dataclass(frozen=True)
class Live:
    """A told history on a node, and a home with its manifest and synced store."""

    url: str
    home: Path
    tale: Tale
    manifest: Manifest

    def scf(self, *words: str, url: str | None = None) -> Said:
        return scf(*words, "--url", url or self.url, "--home", str(self.home), "--json")

    @property
    def store_path(self) -> Path:
        return self.home / "audit.sqlite"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("home")
    with Anvil(start_time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) as node:
        tale = tell_tale(World.create(engine=OnNode(node.url)))
        chain = Chain.connect(node.url)
        contracts = {
            name: Deployed(address=item.address, code_hash=hash_of(chain.code(item.address)))
            for name, item in tale.world.ledger.items()
        }
        manifest = Manifest(
            chain_id=chain.id,
            genesis_hash=chain.genesis_hash,
            first_block=1,
            operator=tale.world.actors["operator"].id,
            contracts=contracts,
            compiler="solc",
            evm_version="paris",
            package_version="test",
        )
        manifest.save(home / "manifest.json")
        with Store.open(home / "audit.sqlite", manifest) as store:
            sync(store, chain)
        yield Live(node.url, home, tale, manifest)
        chain.close()


def run(live: Live, url: str | None = None, **request: Any) -> Done:
    with Store.open(live.store_path, read_only=True) as store:
        return run_checks(store, Chain.connect(url or live.url), Request(**request))


# Commands


def test_history__by_command(live: Live, tmp_path: Path) -> None:
    svg = tmp_path / "life.svg"

    result = live.scf("audit", "history", key_text(live.tale.paid)[:12], "--svg", str(svg)).result

    assert result["kind"] == "certificate"
    assert len(result["acts"]) == 9
    sold = result["acts"][4]
    assert {signer["part"] for signer in sold["signers"]} == {"sellerOfficer", "funderOfficer"}
    assert {"id": "R77-6", "version": 1, "value": 1} in sold["rules"]
    held = [item for item in sold["changes"] if item["fact"].startswith("held_fen")]
    assert held[0]["before"] == 300_000 * YUAN
    assert svg.read_text(encoding="utf-8").startswith("<svg")


def test_history__for_people(live: Live) -> None:
    code = live.tale.world.actors["tier2"].uscc

    said = scf("audit", "history", code, "--home", str(live.home))

    assert said.code == 0
    assert f"{code} sells 250,000.00" in said.out
    assert "before" in said.out


def test_history_of_an_unknown_id__is_a_usage_error(live: Live) -> None:
    error = live.scf("audit", "history", "0xabcdef0123").error

    assert error["error"] == "UsageError"
    assert "certificate" in error["message"]


def test_history__names_from_a_file(live: Live, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    actor = live.tale.world.actors["tier2"]
    names.write_text(f"uscc,name\n{actor.uscc},tier2\n", encoding="utf-8")

    result = live.scf("audit", "history", "tier2", "--names", str(names)).result

    assert (result["id"], result["name"]) == (actor.id, "tier2")


def test_name_that_was_not_enrolled__is_refused(live: Live, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    actor = live.tale.world.actors["tier2"]
    names.write_text(f"uscc,name\n{actor.uscc},another\n91310000,x\n", encoding="utf-8")

    error = live.scf("audit", "history", "tier2", "--names", str(names)).error

    assert "line 2: name: 'another'" in error["message"]
    assert "line 3: uscc" in error["message"]


@pytest.mark.parametrize("mode", [FAST, PROVED, FULL])
def test_reconcile__reaches_every_mode(live: Live, mode: str) -> None:
    result = live.scf("audit", "reconcile", "--mode", mode).result

    assert result["is_clean"] is True
    assert result["reached"] == mode
    assert result["compared"] > 300
    checks = {item["name"]: item for item in result["checks"]}
    assert ("storage" in checks) == (mode != FAST)
    assert ("receipts" in checks) == (mode == FULL)


def test_reconcile_list__shows_names(live: Live) -> None:
    listed = {item["name"] for item in live.scf("audit", "reconcile", "--list").result["checks"]}

    assert {"holding", "invoice-use", "no-pool", "late-claim"} <= listed


def test_reconcile_one_check(live: Live) -> None:
    alone = live.scf("audit", "reconcile", "--check", "money-made").result
    result = live.scf("audit", "reconcile", "--check", "cash", "--check", "money").result

    assert [item["name"] for item in alone["checks"]] == ["money-made"]
    assert alone["is_clean"] is True
    assert [item["name"] for item in result["checks"]] == ["cash", "money"]


def test_reconcile_in_the_past__compares_with_that_block(live: Live) -> None:
    with Store.open(live.store_path, read_only=True) as store:
        blocks = [block.number for block in store.blocks()]
    # Late enough that the test's own gifts of gas, which are in no block, lie before it.
    middle, recent = blocks[len(blocks) // 2], blocks[-3]

    for block, mode in ((middle, FAST), (recent, FULL)):
        result = live.scf("audit", "reconcile", "--at", str(block), "--mode", mode).result

        assert (result["block"], result["is_clean"], result["reached"]) == (block, True, mode)


def test_unknown_mode__is_a_usage_error(live: Live) -> None:
    assert "fast, proved, full" in live.scf("audit", "reconcile", "--mode", "slow").error["message"]


def test_report__by_command_is_logged(live: Live, tmp_path: Path) -> None:
    out = tmp_path / "report.html"

    result = live.scf(
        "audit", "report", "--out", str(out), "--mode", FAST, "--reason", "yearly audit"
    ).result

    assert (result["reached"], result["differences"]) == (FAST, 0)
    assert format_fen(820_000 * YUAN) in out.read_text(encoding="utf-8")
    entries = live.scf("audit", "access-log").result["entries"]
    assert entries[-1]["details"]["reason"] == "yearly audit"
    assert entries[-1]["number"] == result["logged"]


def test_report_for_a_party__is_not_a_look_at_everything(live: Live, tmp_path: Path) -> None:
    out = tmp_path / "tier3.html"
    before = live.scf("audit", "access-log").result["entries"]
    actors = live.tale.world.actors

    result = live.scf("audit", "report", "--out", str(out), "--for", actors["tier3"].uscc).result

    assert result["logged"] is None
    assert live.scf("audit", "access-log").result["entries"] == before
    html = out.read_text(encoding="utf-8")
    assert actors["tier3"].uscc in html
    assert actors["agency"].uscc not in html


def test_report_for_nobody_known__gets_did_you_mean(live: Live, tmp_path: Path) -> None:
    code = live.tale.world.actors["tier3"].uscc[:-1]

    error = live.scf("audit", "report", "--out", str(tmp_path / "x.html"), "--for", code).error

    assert "did you mean" in error["message"]
    assert list(tmp_path.iterdir()) == []


def test_supervise__by_command(live: Live, tmp_path: Path) -> None:
    out = tmp_path / "files"

    result = live.scf("audit", "supervise", "--out", str(out)).result

    assert result["files"]["r77-12-certificates.csv"] == 6
    assert json.loads((out / "files.json").read_text(encoding="utf-8"))["about"]["chain"]
    error = live.scf("audit", "supervise", "--out", str(tmp_path / "y"), "--file", "x3").error
    assert "one of r77-12" in error["message"]


def test_no_store__is_named(live: Live, tmp_path: Path) -> None:
    said = scf("audit", "history", "0x12", "--home", str(tmp_path), "--json")

    assert said.code == 2
    assert said.error["field"] == "store"


# Nodes that lie


def _changed_balance(live: Live) -> Any:
    cash = live.tale.world.contracts["cash"]
    bank = live.tale.world.actors["bank"].id[2:]
    selector = hex_of(cash.abi.function("balanceOf").selector)

    def meddle(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_call" and params[0]["data"].startswith(selector) and bank in str(params):
            return f"0x{int(result, 16) + 1:064x}"
        return result

    return meddle


def test_changed_answer__is_a_difference_with_both_values(live: Live) -> None:
    with meddled(live.url, _changed_balance(live)) as url:
        said = live.scf("audit", "reconcile", url=url)

    assert said.code == 1
    assert said.json["ok"] is False
    found = said.json["result"]["findings"]
    assert [item["check"] for item in found] == ["cash"]
    for item in found:
        assert int(item["found"]) == int(item["expected"]) + 1


def test_second_node_that_says_otherwise__is_seen(live: Live) -> None:
    with meddled(live.url, _changed_balance(live)) as url:
        done = run(live, second=url)

    assert [(item.check, item.subject) for item in done.outcome.findings] == [
        ("second-node", "cash")
    ]


def test_second_node_that_says_the_same__agrees(live: Live) -> None:
    with meddled(live.url, lambda method, params, result: result) as url:
        result = live.scf("audit", "reconcile", "--second", url).result

    assert result["is_clean"] is True
    assert len(result["nodes"]) == 2


def _without_consents(live: Live) -> Any:
    topic = live.tale.world.contracts["receivables"].abi.event("StandingConsentSet").topic

    def meddle(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs":
            return [log for log in result if log["topics"][0] != topic]
        return result

    return meddle


@pytest.fixture
def gap(live: Live, tmp_path: Path) -> Iterator[Store]:
    """A store from a node that kept events back."""
    path = tmp_path / "gap.sqlite"
    with meddled(live.url, _without_consents(live)) as url, Store.open(path, live.manifest) as made:
        sync(made, Chain.connect(url))
        yield made


def test_event_kept_back__is_found_in_full_mode_only(live: Live, gap: Store) -> None:
    chain = Chain.connect(live.url)

    fast = run_checks(gap, chain, Request(mode=FAST))
    proved = run_checks(gap, chain, Request(mode=PROVED))
    full = run_checks(gap, chain, Request(mode=FULL))

    assert fast.is_clean
    assert proved.is_clean, "what nobody tells of, no proof is asked for"
    missing = [item for item in full.outcome.findings if item.check == "receipts"]
    assert len(missing) == 3
    assert all(item.expected == "this one too" for item in missing)


def _without_a_mint(live: Live) -> Any:
    """One credit of a bank is kept back; the move of money that it made is not."""
    topic = live.tale.world.contracts["cash"].abi.event("CashMinted").topic

    def meddle(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs":
            minted = [log for log in result if log["topics"][0] == topic]
            return [log for log in result if log not in minted[:1]]
        return result

    return meddle


def test_money_made_without_a_bank__is_found(live: Live, tmp_path: Path) -> None:
    path = tmp_path / "minted.sqlite"
    with meddled(live.url, _without_a_mint(live)) as url, Store.open(path, live.manifest) as made:
        sync(made, Chain.connect(url))
        done = run_checks(made, Chain.connect(live.url), Request(names=("money-made", "money")))

    assert {item.check for item in done.outcome.findings} == {"money-made"}
    assert [item.name for item in done.outcome.results] == ["money", "money-made"]


def test_event_kept_back__is_found_by_a_second_node(live: Live, gap: Store) -> None:
    done = run_checks(gap, Chain.connect(live.url), Request(second=live.url))

    assert [(item.check, item.subject) for item in done.outcome.findings] == [
        ("second-node", "events")
    ]


def test_changed_proof__is_named(live: Live) -> None:
    def meddle(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getProof" and result["storageProof"]:
            node = result["storageProof"][0]["proof"][-1]
            last = "00" if node[-2:] != "00" else "01"
            result["storageProof"][0]["proof"][-1] = node[:-2] + last
        return result

    with meddled(live.url, meddle) as url:
        done = run(live, url, mode=FULL)

    assert done.reached == FAST
    assert not done.is_clean
    assert [item.check for item in done.outcome.findings] == [PROVED]
    assert "slot" in done.outcome.findings[0].subject


def test_forged_header__is_named(live: Live) -> None:
    def meddle(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "0x14":
            return {**result, "gasUsed": hex(int(result["gasUsed"], 16) + 1)}
        return result

    with meddled(live.url, meddle) as url:
        done = run(live, url, mode=PROVED)

    assert done.reached == FAST
    assert "block 20" in done.outcome.findings[0].subject


def test_receipt_kept_back__is_named(live: Live) -> None:
    def meddle(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockReceipts" and result and result[0]["logs"]:
            result[0]["logs"] = result[0]["logs"][:-1]
        if method == "eth_getTransactionReceipt" and result["logs"]:
            result["logs"] = result["logs"][:-1]
        return result

    with meddled(live.url, meddle) as url:
        done = run(live, url, mode=FULL)

    assert done.reached == PROVED
    assert done.outcome.findings[0].check == FULL


def test_node_without_proofs__reaches_fast_and_says_so(live: Live) -> None:
    def meddle(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getProof":
            raise Refused
        return result

    with meddled(live.url, meddle) as url:
        said = live.scf("audit", "reconcile", "--mode", PROVED, url=url)

    assert said.code == 1
    assert said.json["result"]["reached"] == FAST
    assert "what a proof needs" in said.out


def test_changed_store__is_found_in_full_mode(live: Live, tmp_path: Path) -> None:
    """Who owns the database can change its bytes, but not those of the chain."""
    path = tmp_path / "changed.sqlite"
    with Store.open(path, live.manifest) as store:
        sync(store, Chain.connect(live.url))
        type_id = next(i for i, item in store.event_types.items() if item.name == "CashMinted")
        ((place, body),) = store.database.rows(
            "SELECT place, body FROM events WHERE type_id = ? ORDER BY place LIMIT 1", (type_id,)
        )
        changed = body[:-1] + bytes([body[-1] ^ 1])
        store.database.run("UPDATE events SET body = ? WHERE place = ?", (changed, place))

        done = run_checks(store, Chain.connect(live.url), Request(mode=FULL))

    assert [(item.check, item.about) for item in done.outcome.findings] == [("receipts", "data")]


def test_other_chain__is_refused_by_name(live: Live) -> None:
    with Anvil() as node, pytest.raises(ManifestError, match="genesis hash"):
        run(live, node.url)


def test_moment_beyond_the_store__is_refused(live: Live) -> None:
    with pytest.raises(UsageError, match="last one synced"):
        run(live, at=10**6)
