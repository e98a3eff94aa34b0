"""How many doubles of a table come out of READER as others: exact.py READER TABLE, with columns point,bits,x."""

import struct
import sys

reader, path = sys.argv[1:]
if reader == "pandas":
    import warnings

    import pandas

    warnings.simplefilter("ignore")  # from 3.1 on the option is deprecated: what it asks for is the default
    table = pandas.read_csv(path, dtype={"bits": str}, float_precision="round_trip")
    rows = list(zip(table.bits, table.x))
elif reader == "polars":
    import polars

    table = polars.read_csv(path, schema_overrides={"bits": polars.String})
    rows = table.select("bits", "x").rows()
elif reader == "duckdb":
    import duckdb

    rows = duckdb.sql(f"SELECT bits, x FROM read_csv('{path}', types={{'bits': 'VARCHAR'}})").fetchall()
else:
    sys.exit(f"no reader {reader}")
different = [bits for bits, x in rows if struct.pack(">d", x).hex() != bits]
print(len(rows), len(different))
