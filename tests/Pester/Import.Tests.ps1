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
  It 'has a valid manifest' -Tag Quick {
    $module = Test-ModuleManifest $manifest
    $module.ExportedCmdlets.Count | Should -Be 20
    $module.ExportedAliases.Keys | Should -Be Resume-HotstackCluster
  }

  It 'is imported, twice, with -Force again, removed and imported' -Tag Quick {
    Invoke-Pwsh 'Import-Module $m; Import-Module $m; Import-Module $m -Force; Remove-Module Hotstack.SnapSet; Import-Module $m
      @(Get-HotstackSnapSet).Count; (Get-Command -Module Hotstack.SnapSet -CommandType Cmdlet).Count
      @(Get-Module Hotstack.SnapSet).Count' | Should -Be '0 0|20|1'
  }

  It 'is imported for one scope' {
    Invoke-Pwsh '& { Import-Module $m -Scope Local; (Get-HotstackInstance hs-multi).Count }
      @(Get-Command Get-HotstackSnapSet -ErrorAction Ignore).Count' | Should -Be '0 6|0'
  }

  It 'is loaded by the first use of a cmdlet, or by its name, where PowerShell looks for modules' {
    $path = '$env:PSModulePath += [IO.Path]::PathSeparator + (Split-Path (Split-Path $m))'
    Invoke-Pwsh "$path; @(Get-HotstackSnapSet).Count" | Should -Be '0 0'
    Invoke-Pwsh "$path; Import-Module Hotstack.SnapSet; @(Get-HotstackSnapSet).Count" | Should -Be '0 0'
  }

  It 'loads nothing but its own assembly until a cmdlet runs' {
    # PowerShell remembers in its cache what the processes before this one compiled, and loads that ahead of need.
    $before, $env:XDG_CACHE_HOME = $env:XDG_CACHE_HOME, "$TestDrive/cache"
    try {
      Invoke-Pwsh 'Import-Module $m
        [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name | Where-Object { $_ -match "^(Hotstack|Flurl|Fractions|KubernetesClient|Polly|YamlDotNet)" }' |
        Should -Be '0 Hotstack.SnapSet'
    }
    finally { $env:XDG_CACHE_HOME = $before }
  }

  It 'keeps its packages to itself' -Tag Quick {
    Invoke-Pwsh 'Import-Module $m; $null = Get-HotstackSnapSet
      [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -match "^(Flurl|Fractions|KubernetesClient|YamlDotNet|Polly|Hotstack.SnapSet.Core)" } |
        ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name } | Sort-Object -Unique' |
      Should -Be '0 Hotstack.SnapSet'
  }

  It 'works in several runspaces, also when one of them has removed it' {
    Invoke-Pwsh 'Import-Module $m; Remove-Module Hotstack.SnapSet
      (1..4 | ForEach-Object -Parallel { Import-Module $using:m; (Get-HotstackInstance hs-multi).Count; Remove-Module Hotstack.SnapSet }) -join ","' |
      Should -Be '0 6,6,6,6'
  }
}

Describe 'Beside a module that carries other versions of the same packages' {
  BeforeAll {
    # Two modules that work only with their own assemblies, one with older and one with newer ones.
    $names = 'Flurl', 'Flurl.Http', 'Fractions', 'KubernetesClient', 'Polly.Core', 'YamlDotNet'
    foreach ($version in '1.0.0.0', '99.0.0.0') {
      $folder = New-Item -ItemType Directory "$TestDrive/Other$($version.Split('.')[0])"
      foreach ($name in $names) {
        $class = $name -replace '\W'
        Add-Type -OutputAssembly "$folder/$name.dll" -TypeDefinition (
          "[assembly: System.Reflection.AssemblyVersion(`"$version`")] namespace Other { public static class $class { public static string Use() => `"$name`"; } }")
      }
    }
    Set-Content "$TestDrive/Use.ps1" @'
      param($Folder)
      foreach ($dll in Get-ChildItem $Folder/*.dll) {
        $assembly = [Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath($dll)
        $assembly.GetType("Other.$($dll.BaseName -replace '\W')").GetMethod('Use').Invoke($null, @())
      }
'@
    $all = $names | Sort-Object
  }

  It 'works when the other one is loaded first (<_>)' -ForEach Other1, Other99 {
    Invoke-Pwsh "& '$TestDrive/Use.ps1' '$TestDrive/$_'; Import-Module `$m; (Get-HotstackInstance hs-multi).Count" |
      Should -Be "0 $($all -join '|')|6"
  }

  It 'works, and the other one does, when it is loaded first itself (<_>)' -ForEach Other1, Other99 {
    Invoke-Pwsh "Import-Module `$m; (Get-HotstackInstance hs-multi).Count; & '$TestDrive/Use.ps1' '$TestDrive/$_'; (Test-HotstackCluster).Count" |
      Should -Be "0 6|$($all -join '|')|1"
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
    Invoke-Pwsh "& '$PSScriptRoot/../../examples/first-snapset.ps1' hs-multi `$m -Suspend @{ ShutdownDelay = '1s' } -Template '$($sandbox.Template)' -Revive @{ StableFor = '1s'; SettleTime = '1s' }" |
      Should -Match '^0 .*The cluster of stack hs-multi-restored is healthy; SnapSet .* is complete and verified\.'
  }
}
