/** A graph of scalars, re-rolled into a few loop nests. */
export {}
