"""What PostgreSQL is asked for stands beside what an address asks of it."""

import pytest
from sqlalchemy import create_engine, make_url, text

from streams.postgres import patience

SHOWN = text("SELECT current_setting(:name)")
PATH = "-c search_path=isthmus"


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("options", "waits"), [(PATH, "2s"), (f"{PATH} -c lock_timeout=7s", "7s"), (None, "2s")]
)
def test_an_address_that_names_a_schema_waits_for_no_lock_for_ever(
    postgres_database, options, waits
):
    url = make_url(postgres_database)
    if options is not None:
        url = url.update_query_dict({"options": options})
    engine = create_engine(url, connect_args=patience(url))
    with engine.connect() as database:
        told = [
            database.scalar(SHOWN, {"name": name})
            for name in ("lock_timeout", "idle_in_transaction_session_timeout", "search_path")
        ]
    engine.dispose()

    path = '"$user", public' if options is None else "isthmus"
    assert told == [waits, "5s", path]


def test_blank_options_stand_in_the_place_of_ours():
    url = make_url("postgresql+psycopg://isthmus@db/isthmus").update_query_dict({"options": " "})

    assert "options" not in patience(url)
