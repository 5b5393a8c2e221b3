/** Draws the graph of a Value, or an SVG, beside a program of the Code view; prints anything else. */
declare function show(what: unknown): void
