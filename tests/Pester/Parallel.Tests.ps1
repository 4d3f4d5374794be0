BeforeDiscovery { $hasThreadJobs = [bool] (Get-Command Start-ThreadJob -ErrorAction Ignore) }

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  $module = Get-ModuleUnderTest
  Import-Module $module
  # Two sandboxes, and one clouds.yaml for both: sandbox, sandbox-other and so on, and second, second-other.
  $second = Start-Sandbox
  $clouds = (Get-Content $env:OS_CLIENT_CONFIG_FILE -Raw) -replace '(?m)^  sandbox', '  second' -replace '(?m)^(#.*|clouds:)$'
  $sandbox = Start-Sandbox
  $clouds = (Get-Content $env:OS_CLIENT_CONFIG_FILE -Raw) + $clouds
  $file = Join-Path $TestDrive clouds.yaml
  Set-Content $file $clouds
  $own, $env:OS_CLIENT_CONFIG_FILE = $env:OS_CLIENT_CONFIG_FILE, $file
}

AfterAll {
  $env:OS_CLIENT_CONFIG_FILE = $own
  Stop-Sandbox $sandbox
  Stop-Sandbox $second
}

Describe 'Cmdlets side by side' {
  It 'make sets in several clouds at once, each its own' {
    $sets = 'sandbox', 'second' | ForEach-Object -Parallel {
      Import-Module $using:module
      New-HotstackSnapSet hs-multi -Cloud $_ -StopServers -PollInterval 1
    }
    $sets.Cloud | Sort-Object | Should -Be sandbox, second
    $sets.State | Should -Be Complete, Complete
    @(Get-SandboxImage $sandbox).Count, @(Get-SandboxImage $second).Count | Should -Be 7, 7 # with the blueprint
    (Get-HotstackSnapSet -Cloud sandbox).Id | Should -Be ($sets | Where-Object Cloud -EQ sandbox).Id
    (Get-HotstackSnapSet -Cloud second).Id | Should -Be ($sets | Where-Object Cloud -EQ second).Id
  }

  It 'keep errors and streams of one cloud apart from those of another' {
    $told = 1..4 | ForEach-Object -ThrottleLimit 8 -Parallel {
      Import-Module $using:module
      'sandbox', 'sandbox-other', 'second', 'nowhere' | ForEach-Object {
        $cloud = $_
        $lines = $failures = $null
        # That there is no such cloud ends a pipeline.
        try { $lines = Get-HotstackInstance hs-multi -Cloud $cloud -Verbose -ErrorVariable failures 2>$null 4>&1 } catch { $failures = $_ }
        [pscustomobject]@{
          Cloud = $cloud; Count = @($lines | Where-Object Name).Count; Failure = "$($failures.FullyQualifiedErrorId)"
          Others = @($lines | Where-Object { $_ -is [Management.Automation.VerboseRecord] -and "$_" -match 'Using the cloud (\S+)' -and $Matches[1] -ne $cloud }).Count
        }
      }
    }
    $told | Should -HaveCount 16
    $told.Others | Should -Not -Contain 1
    $told | Where-Object Cloud -In sandbox, second | ForEach-Object Count | Select-Object -Unique | Should -Be 6
    ($told | Where-Object Cloud -EQ sandbox-other).Failure | Select-Object -Unique | Should -BeLike 'StackNotFound,*'
    ($told | Where-Object Cloud -EQ nowhere).Failure | Select-Object -Unique | Should -BeLike 'CloudNotFound,*'
  }

  It 'run in thread jobs' -Skip:(-not $hasThreadJobs) {
    $jobs = 'sandbox', 'second', 'sandbox-other' | ForEach-Object {
      $cloud = $_
      Start-ThreadJob { Import-Module $using:module; @(Get-HotstackSnapSet -Cloud $using:cloud).Count }
    }
    $jobs | Receive-Job -Wait -AutoRemoveJob | Should -Be 1, 1, 0
  }

  It 'take objects of several clouds down one pipeline' {
    Get-HotstackSnapSet -Cloud sandbox | Write-Output -OutVariable sets | Out-Null
    $all = @($sets) + @(Get-HotstackSnapSet -Cloud second)
    $all | Test-HotstackSnapSet -Quiet | Should -Be $true, $true
    ($all | Remove-HotstackSnapSet -PassThru -Confirm:$false).Cloud | Should -Be sandbox, second
    Get-HotstackSnapSet -Cloud second | Should -BeNullOrEmpty
  }
}
