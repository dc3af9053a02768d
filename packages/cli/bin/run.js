#!/usr/bin/env node
// No static import: AI clients run `gate token` once per request, so it must not load the command framework.
const argv = process.argv.slice(2)
const lean = (argv[0] === 'token' && !argv.includes('--help') && !argv.includes('-h')) || argv[0] === '--version'
await import(lean ? '../dist/token.js' : '../dist/start.js')
