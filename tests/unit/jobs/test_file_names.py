"""What files are called that a stranger's browser named."""

import pytest

from service.jobs.file_names import file_name


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("stock.csv", "stock.csv"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\stock\\list.csv", "list.csv"),
        ("..", "upload"),
        ("", "upload"),
        ("/", "upload"),
        ("..csv", "csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("näh<li>st.csv", "näh_li_st.csv"),
        ("na\u0308h.csv", "näh.csv"),
        ("bad\udcff.csv", "bad_udcff.csv"),
        ("x" * 400 + ".csv", "x" * 146 + ".csv"),
        ("ö" * 400 + ".csv", "ö" * 73 + ".csv"),
        ("a." + "x" * 400, "a"),
    ],
)
def test_a_file_is_called_by_one_plain_part_of_a_path(told, kept):
    assert file_name(told) == kept
