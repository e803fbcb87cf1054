"""What all tables share: how constraints are named, and a number that the database gives."""

from sqlalchemy import Column, Identity, MetaData

from storage.columns import BigId

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def id_column() -> Column[int]:
    return Column("id", BigId, Identity(), primary_key=True)
