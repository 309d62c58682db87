/** One claim, what was found, and whether it bears the claim out. */
export type Finding = { claim: string; found: string; holds: boolean };
