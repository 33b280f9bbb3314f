"""The shape of the catalogue's database, and what decides about its rows. Only the catalogue's.

`tables` are the tables, `codecs` how values become columns, `sightings` what is the same
document (pure), `database` the engine, its transactions and migrations. `register` and `deciding`
are the catalogue's people: `identity` says who is one person, `namesakes` who may be, `decisions`
what people decided about it (all three pure).
"""
