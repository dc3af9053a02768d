const file = process.env.GATE_TEST_REPORT

/** CI adds up the results of several runs from the files named by GATE_TEST_REPORT. */
export const reporters = file ? { reporters: ['default', 'json'], outputFile: { json: file } } : {}
