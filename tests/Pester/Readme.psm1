# README's sessions and the sandboxes that they run on.

function Get-ReadmeSession {
  # The words after `--` of a line of README that starts a sandbox, and the commands of the console below it, each with what README shows of
  # its output.
  param([string] $Section, [int] $Number = 0)
  $text = ((Get-Content "$PSScriptRoot/../../README.md" -Raw) -split '(?m)^## ' -like "$Section*")[0]
  $blocks = [regex]::Matches($text, '(?s)```shell\n(?<serve>[^`]*? -- serve[^`]*?)```[^`]*?```console\n(?<session>.*?)```')[$Number].Groups
  $commands = foreach ($part in $blocks['session'].Value -split '(?m)^PS> ' -notmatch '^\s*(#|$)') {
    $line, $shown = $part -split '\n', 2
    [pscustomobject]@{ Line = ($line -replace '\s+#.*').Trim(); Shown = @($shown -split '\n' -match '\S') }
  }
  [pscustomobject]@{ Serve = $blocks['serve'].Value.Trim() -replace '^.*? -- ' -split ' '; Commands = $commands }
}

function Start-ReadmeSandbox {
  # Gives the process, and the lines that it prints for PowerShell. Until Stop-ReadmeSandbox, HOME is the given folder.
  param([string[]] $Serve, [string] $HomeFolder)
  $before = Get-ChildItem env:OS_*, env:KUBECONFIG, env:PATH, env:HOME -ErrorAction Ignore
  $env:HOME = $HomeFolder # for the known hosts
  $program = $env:HOTSTACK_SANDBOX ?? (
    Get-ChildItem "$PSScriptRoot/../../src/Hotstack.SnapSet.Sandbox/bin/*/*/Hotstack.SnapSet.Sandbox.dll" | Sort-Object LastWriteTime |
      Select-Object -Last 1).FullName
  $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
  @($program) + $Serve | ForEach-Object { $start.ArgumentList.Add($_) }
  $start.RedirectStandardOutput = $true
  $process = [System.Diagnostics.Process]::Start($start)
  $said = do { $line = $process.StandardOutput.ReadLine(); $line } while ($null -ne $line -and $line -ne 'Ctrl+C ends it.')
  if (-not (($said -join "`n") -match '(?s)In PowerShell:\n(?<lines>.*?)\n\n')) { $process.Kill(); throw "The sandbox did not start: $said" }
  [pscustomobject]@{ Process = $process; Printed = $Matches.lines -split '\n' | ForEach-Object Trim; Before = $before }
}

function Stop-ReadmeSandbox {
  param($Sandbox)
  if (-not $Sandbox) { return }
  kill -INT $Sandbox.Process.Id
  $null = $Sandbox.Process.WaitForExit(10000)
  Remove-Item env:OS_CLIENT_CONFIG_FILE, env:OS_CLOUD, env:KUBECONFIG -ErrorAction Ignore
  $Sandbox.Before | ForEach-Object { Set-Item "env:$($_.Name)" $_.Value }
}

function Compare-ReadmeOutput {
  # Whether an output has a line that README shows: words, and not how they are aligned; ids, ages and addresses are others each time.
  param([string] $Output, [string] $Shown)
  ($Output -replace '\s+', ' ') -match [regex]::Escape(($Shown.Trim() -replace '\s+', ' '))
}
