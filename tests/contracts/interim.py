from scf.build.artifacts import load
from scf.chain.abi import Abi, Contract
from scf.chain.refusals import errors_of
from tests.world import DEPLOYER

ROOMS = ("bills", "acceptances", "presentations", "recourse")


def deploy_doors(w):
    if "disclosures" in w.contracts:
        return w

    fake = {n: "0x" + f"{i + 1:02x}" * 20 for i, n in enumerate(ROOMS)}
    a = load("Disclosures")
    abi = Abi.parse(a.abi)
    enc = abi.constructor.encode(
        [
            w.contracts["participants"].address,
            w.contracts["rulebook"].address,
            *(fake[n] for n in ROOMS),
        ],
        "Disclosures",
    )
    addr, _ = w.engine.create(DEPLOYER, a.bytecode + enc)
    w.contracts["disclosures"] = Contract(addr, abi)
    w.errors = errors_of(*(c.abi for c in w.contracts.values()))
    for n in ROOMS:
        w.contracts[n] = Contract(fake[n], Abi.parse([]))
    return w
