/** Pictures and explanations of a graph of Values. */
export { diagnose, type DiagnoseOptions } from './doctor/diagnose.ts'
export { Finding, type FindingKind } from './doctor/finding.ts'
