"""What `make bench` reports is computed rightly; speed itself is never tested."""

from bench.cases import png
from bench.extras import imports
from bench.figures import Spread, ratio, spread, table
from flux2.image_formats import sniff


def test_spread_is_median_and_quartiles():
    """Also of a single value."""
    assert spread([5, 1, 2, 4, 3]) == Spread(median=3, low=2, high=4)
    assert spread([7]) == Spread(7, 7, 7)


def test_ratio_compares_within_a_round():
    """A round that was slow for both changes nothing."""
    assert ratio([2, 20, 2], [1, 10, 1]) == Spread(2, 2, 2)


def test_spread_is_written_with_its_quartiles():
    """One format for all three."""
    assert f"{Spread(1.234, 1, 2):.1f}" == "1.2 (1.0-2.0)"


def test_table_is_markdown():
    """Figures stand to the right."""
    assert table(["", "a"], [["x", "1"]]) == "|  | a |\n| --- | --: |\n| x | 1 |\n"


def test_png_has_the_size_asked_for():
    """Its pixels are few, its bytes many."""
    assert abs(len(png(500_000)) - 500_000) < 100
    assert sniff(png(5_000)) == "png"


def test_imports_can_be_measured():
    """The Worker can be imported where nothing but Pyodide is."""
    (found,) = imports(1)
    assert set(found) == {"sdk", "pydantic", "ours"}
    assert all(each["cpu"] > 0 for each in found.values())
