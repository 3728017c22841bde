// Loaded before everything else, which takes a moment to load: what is typed meanwhile must not be echoed. kit/terminal.ts
// takes over, and node restores the terminal when the process ends.
if (process.stdin.isTTY) process.stdin.setRawMode(true);
