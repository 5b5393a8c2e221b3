/** Programs written as text: `parse`. */
export {}
