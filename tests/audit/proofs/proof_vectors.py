"""
Real blocks of public networks, as their nodes show them: headers of every kind of fork, two blocks
with all of their transactions and receipts.
"""

from __future__ import annotations

from typing import Any

EMPTY_UNCLES = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"
EMPTY_TRIE = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
NO_REQUESTS = "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ZERO_HASH = "0x" + "00" * 32
NO_BLOOM = "0x" + "00" * 256


def header(**fields: Any) -> dict[str, Any]:
    """A header; what most have in common is filled in."""
    common = {
        "parentHash": ZERO_HASH,
        "sha3Uncles": EMPTY_UNCLES,
        "miner": "0x" + "00" * 20,
        "transactionsRoot": EMPTY_TRIE,
        "receiptsRoot": EMPTY_TRIE,
        "logsBloom": NO_BLOOM,
        "difficulty": "0x0",
        "number": "0x0",
        "gasUsed": "0x0",
        "extraData": "0x",
        "mixHash": ZERO_HASH,
        "nonce": "0x0000000000000000",
    }
    return common | fields


MAINNET_GENESIS = header(
    hash="0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
    stateRoot="0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
    difficulty="0x400000000",
    gasLimit="0x1388",
    timestamp="0x0",
    extraData="0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa",
    nonce="0x0000000000000042",
    totalDifficulty="0x400000000",
)
MAINNET_ONE = header(
    hash="0x88e96d4537bea4d9c05d12549907b32561d3bf31f45aae734cdc119f13406cb6",
    parentHash="0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
    miner="0x05a56e2d52c817161883f50c441c3228cfe54d9f",
    stateRoot="0xd67e4d450343046425ae4271474353857ab860dbc0a1dde64b41b5cd3a532bf3",
    difficulty="0x3ff800000",
    number="0x1",
    gasLimit="0x1388",
    timestamp="0x55ba4224",
    extraData="0x476574682f76312e302e302f6c696e75782f676f312e342e32",
    mixHash="0x969b900de27b6ac6a67742365dd65f55a0526c41fd18e1b16f1a1215c2e66f59",
    nonce="0x539bd4979fef1ec4",
    totalDifficulty="0x7ff800000",
)
# Proof of authority (clique): signers and a seal make extraData longer than 32 bytes.
GOERLI_GENESIS = header(
    hash="0xbf7e331f7f7c1dd2e05159666b3bf8bc7a8a3a9eb1d518969eab529dd9b88c1a",
    stateRoot="0x5d6cded585e73c4e322c30c2f782a336316f17dd85a4863b9d838d2d4b8b3008",
    difficulty="0x1",
    gasLimit="0xa00000",
    timestamp="0x5c51a607",
    extraData="0x22466c6578692069732061207468696e6722202d204166726900000000000000"
    "e0a2bd4258d2768837baa26a28fe71dc079f84c7" + "00" * 65,
)
SEPOLIA_GENESIS = header(
    hash="0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9",
    stateRoot="0x5eb6e371a698b8d68f665192350ffcecbbbf322916f4b51bd79bb6887da3f494",
    difficulty="0x20000",
    gasLimit="0x1c9c380",
    timestamp="0x6159af19",
    extraData="0x5365706f6c69612c20417468656e732c204174746963612c2047726565636521",
    baseFeePerGas="0x3b9aca00",
)
MAINNET_SHANGHAI = header(
    hash="0xc3674be7b9d95580d7f23c03d32e946f2b453679ee6505e3a778f003c5a3cfae",
    parentHash="0x43325027f6adf9befb223f8ae80db057daddcd7b48e41f60cd94bfa8877181ae",
    miner="0x388c818ca8b9251b393131c08a736a67ccb19297",
    stateRoot="0x13552447dd62f11ad885f21a583c4fa34144efe923c7e35fb018d6710f06b2b6",
    transactionsRoot="0x93a1ad3d067009259b508cc95fde63b5efd7e9d8b55754314c173fdde8c0826a",
    receiptsRoot="0x66934c3fd9c547036fe0e56ad01bc43c84b170be7c4030a86805ddcdab149929",
    logsBloom="0x3e6b8420e1a13038902c24d6c2a9720a7ad4860cdc870cd5c0490011e43631134f608935bd83171247407da2"
    "c15d85014f9984608c03684c74aad48b20bc24022134cdca5f2e9d2dee3b502a8ccd39eff8040b1d96601c460e119c40"
    "8c620b44fa14053013220847045556ea70484e67ec012c322830cf56ef75e09bd0db28a00f238adfa587c9f80d7e30d3"
    "aba2863e63a5cad78954555966b1055a4936643366a0bb0b1bac68d0e6267fc5bf8304d404b0c69041125219aa70562e"
    "6a5a6362331a414a96d0716990a10161b87dd9568046a742d4280014975e232b6001a0360970e569d54404b27807d7a4"
    "4c949ac507879d9d41ec8842122da6772101bc8b",
    number="0x11db01d",
    gasLimit="0x1c9c380",
    gasUsed="0xa768c4",
    timestamp="0x656f96f3",
    extraData="0x546974616e2028746974616e6275696c6465722e78797a29",
    mixHash="0x516a58424d4883a3614da00a9c6f18cd5cd54335a08388229a993a8ecf05042f",
    baseFeePerGas="0xd7232aa34",
    withdrawalsRoot="0xecae44b2c53871003c5cc75285995764034c9b5978a904229d36c1280b141d48",
    size="0xcd35",
)
MAINNET_PRAGUE = header(
    hash="0x6c4c6ea047f0ca4bcb0b0fbbcc2e50061d8dd24ba1ab8a22a6d3583a497c3c82",
    parentHash="0x63ce16602b2afe4089fa8e0a2c16be1a2dea1c4d30b65bd717d9398ddd5fba23",
    miner="0xdadb0d80178819f2319190d340ce9a924f783711",
    stateRoot="0x41ebb402f36d0ce15799e98d1aca83bbb5d4b08d1b6572e73b388e4ece192916",
    transactionsRoot="0x3b889eb9fa0713d2e1d9e90725d45fd04ec4a550a7a390639c243c5f3b2c6215",
    receiptsRoot="0x52fc280ab6b1db61781dae4cc5f81b7ddd484eae78320bdd8161d5b2fe8e7719",
    logsBloom="0xfffffef97ffdf7dfb75fbbfeffffdfffffbeefffffbbffff6ffffdffbffffaf9df7fff7f7fff6ffbffffdfdf"
    "fbffffff76fffffcbf7ffbfffffeefffffff7df7bffffffdefffff8fdfdf7f7ceffdffff7ff77affe7ef5ff5fbfff57f"
    "f7eeadfffffffabfff7bdffbbfbffcfffdefffeffefffffffff5fffefdffdffbffffdfdffbffe7fffffffffdffebf7e3"
    "7fdfe977f7fbdfefdffddffffffffff5f97ffffdfbffdf7fffffbff9feff77afffefffeef77ffff7fff6fffeffd77fff"
    "feefefdb7bffffff7f7ffdfbff7ffffffffefdffdffddffffffefffffffefdfbf7fdffef7fffff3bdf7fff6cefffdfff"
    "df7ffffeffbfbffffdafffdfbf7efdbeffff7fff",
    number="0x177d354",
    gasLimit="0x3938700",
    gasUsed="0x1a4ed69",
    timestamp="0x69b09d6b",
    extraData="0x4275696c6465724e6574202842656176657229",
    mixHash="0xf824cbc0bffaa4862fffafa96c2cce90898dda8b97fc3eaa6a85ac38075991e5",
    baseFeePerGas="0x246edf3",
    withdrawalsRoot="0x76abcbef0846a5bd065d0207581dacc3cf8df4ec2ba0a8e4d4fbbe97864b82ee",
    blobGasUsed="0x40000",
    excessBlobGas="0xa2a720e",
    parentBeaconBlockRoot="0xd9b957562f8477151f61eddc77bcad7451ef62eab8f4fe470402073a794e8bba",
    requestsHash=NO_REQUESTS,
)
ERIGON_PRAGUE = header(
    hash="0x789bca9613407fc85eb72a7f94a5f2d16178b5efcb8c18e6e77240fc2e603bfc",
    parentHash="0x25c26894165fbde26eea9d1768faccd34c8d586e856744ebf91845b90e04879c",
    miner="0x8943545177806ed17b9f23f0a21ee5948ecaa776",
    stateRoot="0xa49e92083814ffba167fb8b841c376b49e0541d9e5821f0366bd7907d247cffc",
    number="0x9e",
    gasLimit="0x3938700",
    timestamp="0x6a647f8b",
    extraData="0x657269676f6e2d332e352e332d6565383635663263",
    mixHash="0x309992977fac827b69a5d36b206d6af0923f49d8802782e0fe7ceb5996ce8cc5",
    baseFeePerGas="0x7",
    withdrawalsRoot=EMPTY_TRIE,
    blobGasUsed="0x0",
    excessBlobGas="0x0",
    parentBeaconBlockRoot="0x12762f4d7c5f7c0caee6ba527c41312168789367a150834e04d9b6a9941acc90",
    requestsHash=NO_REQUESTS,
)


def bloom(bits: dict[int, int]) -> str:
    """A filter of events by its bytes that are not zero."""
    return "0x" + bytes(bits.get(place, 0) for place in range(256)).hex()


# A block of a reth chain (Cancun) with one transaction of type 2, and its receipt.
CANCUN_BLOOM = bloom(
    {24: 0x20, 50: 0x08, 61: 0x04, 62: 0x01, 75: 0x08, 85: 0x04, 100: 0x02, 110: 0x08, 122: 0x20}
    | {123: 0x10, 137: 0x01, 143: 0x40, 153: 0x01, 182: 0x80, 191: 0x20, 195: 0x02, 216: 0x40}
    | {222: 0x60, 224: 0x40, 242: 0x02}
)
CANCUN_BLOCK = header(
    hash="0x47c1944c382527f82044276c04a9e0d642da58316d1b963e7a623e03ac085d4f",
    parentHash="0x692d784f999068270a78491f50404073f988a324598799866f740e2a52857a6a",
    miner="0xd42d71cdc2a0a78fe7fbe7236c19925f62c442ba",
    stateRoot="0x05f700ac2df8e2985433b63e3641e308976dd1a0dc0d29b600f71cc20939cba9",
    transactionsRoot="0x8748b3f2e8d6a4a78a6f4b4b39e608cd3765505fd317020ba4c4a1aae4a6018c",
    receiptsRoot="0x37cb5c601f1a535769d6a36c35f34c22fea9e9a1a011144381b8e3c7bb31657c",
    logsBloom=CANCUN_BLOOM,
    number="0x162",
    gasLimit="0x1c9c380",
    gasUsed="0x9dcf",
    timestamp="0x67ef2c65",
    extraData="0x726574682f76312e312e352f6c696e7578",
    baseFeePerGas="0x7",
    withdrawalsRoot="0x2f1a2b19c3801a44641db3f88532b818b585754dc389fd18ab6a0299e2ebdbc2",
    blobGasUsed="0x0",
    excessBlobGas="0x0",
    parentBeaconBlockRoot="0x80af8b91b32cae2e3c3b17ef0b6ce9124e01176bf953f192633a6cc718f129ba",
)
CANCUN_RECEIPT = {
    "type": "0x2",
    "status": "0x1",
    "cumulativeGasUsed": "0x9dcf",
    "logsBloom": CANCUN_BLOOM,
    "transactionIndex": "0x0",
    "logs": [
        {
            "address": "0x0826f2fc8902ca5afe82570560ba752a7f53675c",
            "topics": [
                "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
                "0x000000000000000000000000fb8fb7f9bdc8951040a6d195764905138f7462ed",
                ZERO_HASH,
            ],
            "data": "0x0000000000000000000000000000000000000000000000056bc75e2d63100000",
        },
        {
            "address": "0x0826f2fc8902ca5afe82570560ba752a7f53675c",
            "topics": [
                "0x9d2528c24edd576da7816ca2bdaa28765177c54b32fb18e2ca18567fbc2a9550",
                "0x" + "00" * 31 + "01",
                "0x000000000000000000000000ead0610198d4d802f9d14ec7e8d85d30233ccc6b",
                "0x" + "00" * 31 + "01",
            ],
            "data": "0x"
            "0000000000000000000000000000000000000000000000000000000000000020"
            "0000000000000000000000000000000000000000000000000000000000000040"
            "00000000000000000000000028f2d8ef4e0fe6b2e945cf5c33a0118a30a62354"
            "0000000000000000000000000000000000000000000000056bc75e2d63100000",
        },
    ],
}

# The one transaction of a block of a geth-type chain: legacy, and it names its chain (EIP-155).
LEGACY_TRANSACTIONS_ROOT = "0xed97db66cd791a681eb8ef982285003fa51aa9bd1eba11df2a616b0b2d479a8c"
LEGACY_TRANSACTION = {
    "type": "0x0",
    "chainId": "0x1720",
    "nonce": "0x1b",
    "gasPrice": "0x47868c08",
    "gas": "0x10cfd",
    "to": "0x7f81bfb73cb29c3725779ec2c060787daa2f97d4",
    "value": "0x0",
    "input": "0xef5fb05b",
    "r": "0xb51a0cefb88f0a0ab6bc82720a1da7c9ba05116e76ac519740736a1f225524e9",
    "s": "0x1447924901426ae0a0df648f700eb7f4760cd3b572360c6d1981077248eeeda6",
    "v": "0x2e63",
    "hash": "0x807bd8e1999cc975bd14826033e998c92d1eb604342ae0dcdc3e2dec015466c3",
    "from": "0xa525fcb70404336c591833a85abb1663b779cddf",
}

# The main network's first transaction: no chain in its signature, a state's root in its receipt.
FIRST_TRANSACTION = {
    "nonce": "0x0",
    "gasPrice": "0x2d79883d2000",
    "gas": "0x5208",
    "to": "0x5df9b87991262f6ba471f09758cde1c0fc1de734",
    "value": "0x7a69",
    "input": "0x",
    "v": "0x1c",
    "r": "0x88ff6cf0fefd94db46111149ae4bfc179e9b94721fffd821d38d16464b3f71d0",
    "s": "0x45e0aff800961cfce805daef7016b9b675c137a6a41a548f7b60a3484c06a33a",
    "hash": "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
    "from": "0xa1e4380a3b1f749673e270229993ee55f35663b4",
}
FIRST_TRANSACTIONS_ROOT = "0x4513310fcb9f6f616972a3b948dc5d547f280849a87ebb5af0191f98b87be598"
FIRST_RECEIPT = {
    "root": "0x96a8e009d2b88b1483e6941e6812e32263b05683fac202abc622a3e31aed1957",
    "cumulativeGasUsed": "0x5208",
    "logs": [],
    "logsBloom": NO_BLOOM,
    "transactionIndex": "0x0",
}
FIRST_RECEIPTS_ROOT = "0xfe2bf2a941abf41d72637e5b91750332a30283efd40c424dc522b77e6f0ed8c4"

HEADERS = {
    "frontier": MAINNET_GENESIS,
    "proof of work": MAINNET_ONE,
    "clique": GOERLI_GENESIS,
    "london": SEPOLIA_GENESIS,
    "shanghai": MAINNET_SHANGHAI,
    "cancun": CANCUN_BLOCK,
    "prague": MAINNET_PRAGUE,
    "prague, erigon": ERIGON_PRAGUE,
}
