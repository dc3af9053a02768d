/** Keys as people publish them in their dotfiles, by client; each written for this test. */
type Pieces = readonly (readonly [key: string, ...values: unknown[]])[]

const MCP = {
  github: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-github'], env: { GITHUB_TOKEN: '…' } },
  'file-system': { command: '/usr/local/bin/mcp-fs', args: ['--root', '/srv/données', '--read-only'] },
  'docs.internal': { type: 'http', url: 'https://mcp.example.com/v1', headers: { Authorization: 'Bearer …' } },
  postgres: { command: 'docker', args: ['run', '-i', '--rm', 'mcp/postgres', 'postgresql://localhost/app'] },
  empty: { command: 'true', args: [], env: {} },
}

export const CLAUDE_CODE: Pieces = [
  ['$schema', 'https://json.schemastore.org/claude-code-settings.json'],
  ['model', 'opus', 'claude-sonnet-4-5', 'sonnet[1m]'],
  ['theme', 'dark', 'light-daltonized'],
  ['includeCoAuthoredBy', false, true],
  ['cleanupPeriodDays', 30, 99999],
  [
    'permissions',
    {
      allow: ['Bash(npm run lint)', 'Bash(git diff:*)', 'Read(~/.zshrc)'],
      deny: ['Read(./.env)', 'Read(./secrets/**)'],
    },
    { allow: [], deny: [] },
    { defaultMode: 'acceptEdits', additionalDirectories: ['../docs/'] },
  ],
  [
    'env',
    { FOO: '1' },
    {},
    {
      ANTHROPIC_BASE_URL: 'https://mine.example.com',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'mine/opus',
      BASH_DEFAULT_TIMEOUT_MS: '60000',
    },
    { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1' },
  ],
  [
    'hooks',
    {
      PostToolUse: [
        {
          matcher: 'Write|Edit',
          hooks: [{ type: 'command', command: 'jq -r .tool_input.file_path | xargs prettier --write' }],
        },
      ],
    },
    { Stop: [{ hooks: [{ type: 'command', command: "afplay '/System/Library/Sounds/Glass.aiff'", timeout: 5 }] }] },
    {},
  ],
  ['statusLine', { type: 'command', command: '~/.claude/statusline.sh', padding: 0 }],
  ['apiKeyHelper', '/usr/local/bin/my-key', "sh -c 'pass show …'"],
  ['enabledPlugins', { 'formatter@market': true, 'Ünïcode-plugin@büro': false }],
  ['extraKnownMarketplaces', { market: { source: { source: 'github', repo: 'example/market' } } }],
  ['outputStyle', 'Explanatory'],
  ['alwaysThinkingEnabled', true],
  ['spinnerTipsEnabled', false],
  ['mcpServers', MCP],
  ['enabledMcpjsonServers', ['github', 'memory'], []],
  ['feedbackSurveyState', { lastShownTime: 1754083200000 }],
  ['preferredNotifChannel', 'terminal_bell'],
  [
    'some.other-tool/key',
    {
      nested: {
        deeper: [
          [1, 2],
          [3, [4]],
        ],
      },
    },
  ],
]

export const OPENCODE: Pieces = [
  ['$schema', 'https://opencode.ai/config.json'],
  ['theme', 'tokyonight', 'opencode'],
  ['model', 'anthropic/claude-sonnet-4-5', 'mine/qwen3'],
  ['small_model', 'anthropic/claude-haiku-4-5'],
  ['autoupdate', true, false],
  ['share', 'manual'],
  [
    'provider',
    {
      mine: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Mine',
        options: { baseURL: 'http://localhost:11434/v1' },
        models: { qwen3: { name: 'Qwen 3', limit: { context: 131072, output: 8192 } } },
      },
    },
    { anthropic: { options: { timeout: 600000 } } },
    {},
  ],
  [
    'mcp',
    {
      context7: { type: 'remote', url: 'https://mcp.example.com/mcp', enabled: true },
      local: { type: 'local', command: ['bun', 'x', 'my-mcp'], environment: { KEY: '…' } },
    },
    {},
  ],
  [
    'agent',
    {
      review: {
        description: 'Reviews',
        mode: 'subagent',
        prompt: 'You are a "reviewer".\nBe brief.',
        tools: { write: false, edit: false },
      },
    },
  ],
  ['permission', { edit: 'ask', bash: { '*': 'ask', 'git status': 'allow', 'rm *': 'deny' } }],
  ['keybinds', { leader: 'ctrl+x', app_exit: 'ctrl+c,ctrl+d,<leader>q' }],
  ['formatter', { prettier: { disabled: true } }],
  ['lsp', { rust: { command: ['rust-analyzer'], extensions: ['.rs'] } }],
  ['instructions', ['CONTRIBUTING.md', 'docs/*.md'], []],
  ['disabled_providers', ['openai', 'gemini']],
  ['plugin', ['opencode-helper@1.0.0']],
  ['username', 'jürgen'],
]

export const PI_SETTINGS: Pieces = [
  ['defaultProvider', 'anthropic', 'mine'],
  ['defaultModel', 'claude-opus-4-5'],
  ['defaultThinkingLevel', 'high', 'off'],
  ['theme', 'dark'],
  ['lastChangelogVersion', '0.80.1'],
  ['hideThinkingBlock', true],
  ['steeringMode', 'all'],
  ['quietStartup', false],
  ['packages', [], ['npm:pi-tools']],
  ['enabledModels', ['claude-*', 'gpt-*']],
  ['compaction', { enabled: true, reserveTokens: 16384, keepRecentTokens: 20000 }],
  ['retry', { enabled: true, maxRetries: 3, baseDelayMs: 2000 }],
  ['terminal', { showImages: true }],
  ['some_other', { 'a.b': 1e3, c: -0.5, d: null }],
]

export const PI_MODELS: Pieces = [
  [
    'providers',
    {
      ollama: {
        baseUrl: 'http://localhost:11434/v1',
        api: 'openai-completions',
        apiKey: 'ollama',
        models: [{ id: 'llama3.1:8b', name: 'Llama 3.1 8B', contextWindow: 128000 }, { id: 'qwen2.5-coder:7b' }],
      },
    },
    { anthropic: { baseUrl: 'https://proxy.example.com' } },
    {},
  ],
]

export const DESKTOP: Pieces = [
  ['mcpServers', MCP, {}],
  ['globalShortcut', 'Alt+Space', ''],
  ['deploymentMode', '1p', '3p'],
  ['preferences', { menuBarEnabled: false, legacyQuickEntryEnabled: true, sidebarMode: 'chat' }],
  ['isUsingBuiltInNodeForMcp', true],
  ['scale', 0, 1.25],
  ['locale', 'de-DE', '日本語'],
  ['userThemeMode', 'system'],
  ['windowState', { x: -8, y: 0, width: 1920, height: 1032, isMaximized: true }],
]
