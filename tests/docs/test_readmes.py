"""What the READMEs show is what runs, and both languages show the same."""

from __future__ import annotations

import io
import json
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"


def blocks(path: Path, language: str) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def without_comments(code: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [item.string for item in tokens if item.type != tokenize.COMMENT]


def test_python_blocks__run(capsys):
    for code in blocks(ENGLISH, "python"):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102  the block is ours

    assert "0x" in capsys.readouterr().out


def test_chinese_readme__shows_the_same_code():
    assert [without_comments(code) for code in blocks(ENGLISH, "python")] == [
        without_comments(code) for code in blocks(CHINESE, "python")
    ]


def test_readmes__quote_the_gas_snapshot():
    snapshot = json.loads((ROOT / "tests" / "gas" / "snapshot.json").read_text())
    for path in (ENGLISH, CHINESE):
        text = path.read_text(encoding="utf-8")
        missing = [name for name, gas in snapshot.items() if f"| {name} | {gas:,} |" not in text]
        assert missing == []
