/** A Value shows its graph in Deno and Jupyter notebooks. Importing this file is what does it. */
export {}
