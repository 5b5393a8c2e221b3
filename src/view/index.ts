/** Pictures and explanations of a graph of Values. */
export {}
