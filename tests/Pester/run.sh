#!/usr/bin/env bash
# All tests in tests/Pester, not only the quick ones, where there is a pwsh. Ends with `N passed, N failed, N skipped`.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PATH:$HOME/.dotnet/tools"
if ! command -v pwsh >/dev/null; then
    echo "There is no pwsh, on the PATH or as a .NET tool: the tests in tests/Pester did not run."
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
export NO_COLOR=1 DOTNET_TieredPGO=0
dotnet publish src/Hotstack.SnapSet --output out/Hotstack.SnapSet --verbosity quiet
dotnet pack src/Hotstack.SnapSet --output out --verbosity quiet
dotnet build src/Hotstack.SnapSet.Sandbox --verbosity quiet
code=0
pwsh -NoProfile -NonInteractive -File tests/Pester/Run.ps1 || code=$?
if ((code == 3)); then
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
exit "$code"
