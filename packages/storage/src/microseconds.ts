/** Epoch microseconds. Every time in the database is one. */
export type Microseconds = number;
