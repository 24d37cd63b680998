"""Whatever fits (or does not fit) the OpenAPI document: the API never answers with a server error.

API_FUZZ=500 asks that many requests of each operation, other ones each time; the default is few and always the same.
"""

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sample_store import fill

from db.store import Store
from tradewire.web.app import create_app

FULL = int(os.environ.get("API_FUZZ", "0"))

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (extra dev)")


@pytest.fixture(scope="module")
def api_schema(tmp_path_factory):
    with Store.open(tmp_path_factory.mktemp("fuzz") / "t.sqlite", create=True) as store:
        fill(store)
    app = create_app(store.path)
    app.state.limit.rate = 10**9  # the limit is tested on its own
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


def test_no_request_makes_a_server_error(api_schema):
    operations = [found.ok() for found in api_schema.get_all_operations()]
    assert len(operations) >= 12
    seen = Counter[int]()
    for operation in operations:

        @settings(
            max_examples=FULL or 25,
            deadline=None,
            derandomize=not FULL,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            response = case.call(headers={"Host": "127.0.0.1"})
            seen[response.status_code] += 1
            assert response.status_code < 500, (case.method, case.path, response.text)

        ask()
    assert seen[200] > 20
    print(f"API: {seen.total()} requests, answers {dict(seen)}")  # shown with -s
