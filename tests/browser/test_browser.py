"""A page of `report` in Chromium: it folds, sorts and filters, is quiet, narrow and readable.

The command is the one that is installed, and runs elsewhere: what a wheel lacks is not found.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
NETS = {
    "resnet": ["zoo:resnet"],
    "claims": [str(ROOT / "examples" / "tutorial_claims.yaml"), "--max-params", "100k"],
    "two": [str(ROOT / "examples" / name) for name in ("tutorial_cnn.yaml", "unet.yaml")],
}
#: Texts whose colours differ too little, by WCAG 2.2 (1.4.3): 4.5 to 1, and 3 to 1 for large ones.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgb = (text) => {
    if (known.has(text)) return known.get(text);
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    known.set(text, [...canvas.getImageData(0, 0, 1, 1).data]);
    return known.get(text);
  };
  const light = (rgb) => rgb.slice(0, 3).map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, two) => {
    const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const found = rgb(getComputedStyle(one).backgroundColor);
      if (found[3] === 255) return found;
    }
    return rgb(getComputedStyle(document.body).backgroundColor);
  };
  const poor = [];
  const fills = [...document.querySelectorAll(".legend rect")]
    .map((one) => rgb(getComputedStyle(one).fill));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, title, .drawing")) continue;
    if (!element.getClientRects().length) continue;
    count++;
    const style = getComputedStyle(element);
    const svg = element.closest("svg");
    const ink = rgb(svg ? style.fill : style.color);
    const grounds = element.closest(".map") ? fills : [behind(element)];
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 600;
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    for (const ground of grounds) {
      const found = ratio(ink, ground);
      if (found < least) poor.push(`${found.toFixed(2)} of ${node.data.trim().slice(0, 40)}`);
    }
  }
  return { count, poor: [...new Set(poor)] };
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages as files, written by the installed command."""
    folder = tmp_path_factory.mktemp("pages")
    script = Path(sys.executable).parent / "cnncalc"
    for name, nets in NETS.items():
        subprocess.run([script, "report", *nets, "-o", f"{name}.html"], cwd=folder, check=True)
    return {name: (folder / f"{name}.html").as_uri() for name in NETS}


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(f"there is no browser: install one of {', '.join(NAMES)}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        yield started
        started.close()


@pytest.fixture
def opened(browser, pages):
    """What opens a page, and at the end holds it to have been quiet."""
    said, contexts = [], []

    def open_(name, **options):
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: request.url != pages[name] and said.append(request.url))
        page.goto(pages[name])
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []


def shown(page):
    """The names of the rows of the table of layers that are seen."""
    return page.locator(".layers tbody tr:visible th .n").all_inner_texts()


def numbers(page, column):
    texts = page.locator(f".layers tbody tr:visible td:nth-child({column})").all_inner_texts()
    return [int(text.replace(",", "").replace("–", "0")) for text in texts]


def test_a_table_is_sorted(opened):
    page = opened("resnet")
    before = shown(page)
    head = page.locator(".layers thead th", has_text="Parameters")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert shown(page)[:3] == ["stage_4", "stage_3", "dense_1"]
    assert numbers(page, 4) == sorted(numbers(page, 4), reverse=True)
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert numbers(page, 4) == sorted(numbers(page, 4))
    page.get_by_role("button", name="Flat list").click()
    assert len(shown(page)) == 174
    assert numbers(page, 4) == sorted(numbers(page, 4))
    assert "stage_4/bottleneck_3/conv_2" in shown(page)
    page.get_by_role("button", name="Flat list").click()
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert shown(page) == before


def test_every_column_sorts(opened):
    page = opened("claims")
    names = ["conv_1", "relu_1", "maxpool_1", "flatten_1", "dense_1", "relu_2", "dense_2"]
    for head in page.locator(".layers thead th").all():
        orders = []
        for _ in range(3):
            head.get_by_role("button").click()
            orders.append((head.get_attribute("aria-sort"), shown(page)))
        assert {way for way, _ in orders} == {"ascending", "descending", None}
        assert orders[2] == (None, names)
        assert all(sorted(order) == sorted(names) for _, order in orders)
        if head.inner_text() == "Kept":  # bytes in units of several sizes
            assert orders[0][1][:3] == ["relu_1", "maxpool_1", "conv_1"]


def test_a_block_is_unfolded_by_the_keyboard(opened):
    page = opened("resnet")
    block = page.locator(".layers").get_by_role("button", name="stage_2", exact=True)
    assert block.get_attribute("aria-expanded") == "false"
    before = shown(page)
    block.focus()
    page.keyboard.press("Enter")
    assert block.get_attribute("aria-expanded") == "true"
    assert set(shown(page)) - set(before) == {f"bottleneck_{turn}" for turn in range(1, 5)}
    assert page.evaluate("document.activeElement.textContent") == "stage_2"
    page.keyboard.press("Space")
    assert shown(page) == before
    page.get_by_role("button", name="Unfold all").click()
    assert len(shown(page)) == 174 + 24
    page.get_by_role("button", name="Fold all", exact=True).click()
    assert shown(page) == before


def test_rows_are_filtered(opened):
    page = opened("resnet")
    page.get_by_label("Filter").fill("bottleneck_2 conv")
    page.get_by_role("button", name="Flat list").click()
    names = shown(page)
    assert len(names) == 4 * 3
    assert all("bottleneck_2/conv_" in name for name in names)
    assert page.get_by_role("status").inner_text() == "12 of 174 layers"
    page.get_by_label("Filter").fill("")
    assert len(shown(page)) == 174


def test_charts_and_formulas_are_chosen(opened):
    page = opened("resnet")
    assert page.locator(".map:visible").count() == 1
    page.get_by_role("button", name="MACs", exact=True).first.click()
    assert "MACs" in page.locator(".treemap:visible figcaption").inner_text()
    page.locator(".layers").get_by_role("link", name="dense_1").click()
    formula = page.locator("details:visible", has_text="(2048 + 1) * 1000 = 2,049,000").last
    assert formula.get_attribute("open") is not None


@pytest.mark.parametrize("name", ["claims", "two"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_scrolls_no_page_and_every_text_is_seen(opened, name, scheme):
    page = opened(name, viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for button in page.get_by_role("button", name="Unfold all").all():
        button.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    found = page.evaluate(CONTRAST)
    assert found["count"] > 100
    assert found["poor"] == []


def test_all_is_there_without_a_script_and_on_paper(opened):
    page = opened("resnet", java_script_enabled=False)
    assert len(page.locator(".layers tbody tr:visible").all()) == 174 + 24
    assert page.locator(".map:visible").count() == 3
    assert page.get_by_role("button").count() == 0
    page = opened("resnet")
    assert page.locator(".layers tbody tr:visible").count() == 10
    page.emulate_media(media="print")
    assert page.locator(".layers tbody tr:visible").count() == 174 + 24
    assert page.locator(".map:visible").count() == 3
    assert page.locator(".tools:visible, .top:visible").count() == 0
