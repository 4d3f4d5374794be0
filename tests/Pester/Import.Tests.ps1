BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  $manifest = Get-ModuleUnderTest
  $sandbox = Start-Sandbox

  # A process of its own, as the state of loaded assemblies is the process's.
  function Invoke-Pwsh([string] $Script) {
    $output = pwsh -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; `$m = '$manifest'; $Script" 2>&1
    "$LASTEXITCODE $($output -join '|')"
  }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'The module' {
  It 'has a valid manifest' {
    $module = Test-ModuleManifest $manifest
    $module.ExportedCmdlets.Count | Should -Be 13
    $module.ExportedAliases.Keys | Should -Be Resume-HotstackCluster
  }

  It 'is imported, with -Force again, removed and imported' {
    Invoke-Pwsh 'Import-Module $m; Import-Module $m; Import-Module $m -Force; Remove-Module Hotstack.SnapSet; Import-Module $m;
      @(Get-HotstackSnapSet).Count; (Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet).Count' | Should -Be '0 0|13'
  }

  It 'is loaded by the first use of a cmdlet' {
    Invoke-Pwsh '$env:PSModulePath += [IO.Path]::PathSeparator + (Split-Path (Split-Path $m)); @(Get-HotstackSnapSet).Count' |
      Should -Be '0 0'
  }

  It 'works where other modules brought other versions of its packages' {
    Invoke-Pwsh "
      'Flurl', 'Flurl.Http', 'YamlDotNet', 'Polly.Core' | ForEach-Object {
        `$code = '[assembly: System.Reflection.AssemblyVersion(""99.0.0.0"")] public class Foreign' + (`$_ -replace '\W') + ' { }'
        `$dll = Join-Path '$TestDrive' (`$_ + '.dll')
        Add-Type `$code -OutputAssembly `$dll
        Add-Type -Path `$dll
      }
      Import-Module `$m; (Get-HotstackInstance hs-multi).Count" | Should -Be '0 6'
  }

  It 'keeps its packages to itself' {
    Invoke-Pwsh 'Import-Module $m; $null = Get-HotstackSnapSet
      [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -match "^(Flurl|YamlDotNet|Polly|Hotstack.SnapSet.Core)" } |
        ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name } | Sort-Object -Unique' |
      Should -Be '0 Hotstack.SnapSet'
  }

  It 'works in several runspaces, also when one of them has removed it' {
    Invoke-Pwsh 'Import-Module $m; Remove-Module Hotstack.SnapSet
      (1..4 | ForEach-Object -Parallel { Import-Module $using:m; (Get-HotstackInstance hs-multi).Count; Remove-Module Hotstack.SnapSet }) -join ","' |
      Should -Be '0 6,6,6,6'
  }
}

Describe 'A script' {
  It 'ends with 1 at an error when it wants to stop there' {
    Invoke-Pwsh 'Import-Module $m; Get-HotstackSnapSet nope; "not reached"' | Should -Match '^1 .*There is no SnapSet ''nope'''
    Invoke-Pwsh 'Import-Module $m; Get-HotstackSnapSet -Cloud nope -ErrorAction SilentlyContinue; "not reached"' | Should -Match '^1 (?!.*not reached)'
  }

  It 'goes on otherwise' {
    Invoke-Pwsh 'Import-Module $m; Get-HotstackSnapSet nope -ErrorAction SilentlyContinue; "reached"' | Should -Be '0 reached'
  }

  It 'can be the example of the first SnapSet' {
    Invoke-Pwsh "& '$PSScriptRoot/../../examples/first-snapset.ps1' hs-multi `$m -Method Nova -Template '$($sandbox.Template)' -Revive @{ StableFor = '1s'; SettleTime = '1s' }" |
      Should -Match '^0 .*The cluster of stack hs-multi-restored is healthy; SnapSet .* is complete and verified\.'
  }
}

Describe 'Completion' {
  BeforeAll {
    Import-Module $manifest
    function Complete([string] $Line) { (TabExpansion2 $Line).CompletionMatches.CompletionText }
  }

  It 'proposes clouds' { Complete 'Get-HotstackSnapSet -Cloud sandbox-o' | Should -Be 'sandbox-other' }

  It 'proposes regions' { Complete 'Get-HotstackSnapSet -Cloud sandbox -Region Reg' | Should -Be 'RegionOne' }

  It 'proposes stacks' { Complete 'New-HotstackSnapSet -StackName hs-' | Should -Contain 'hs-multi' }

  It 'proposes the ids of SnapSets' {
    Add-SandboxSnapSet $sandbox AAAAaaa-
    Complete 'Remove-HotstackSnapSet -Id AAAAa' | Should -Be AAAAaaa-
  }

  It 'is silent when the cloud is unknown' {
    Complete 'Get-HotstackSnapSet -Cloud nope -Id x' | Should -Not -Match 'nope'
    $Error[0] | Should -Not -Match 'nope'
  }
}
