BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $set = New-HotstackSnapSet -StackName hs-multi -StopServers -PollInterval 1 -Confirm:$false -WarningAction Ignore
  Add-SandboxSnapSet $sandbox up5tream 20d
  $revival = $set | Invoke-HotstackRevive -SettleTime 1s -StableFor 1s -PollInterval 1 -Confirm:$false
  $findings = $set | Test-HotstackSnapSet
  $shutdown = Suspend-HotstackCluster hs-multi -Method Nova -PollInterval 0.1s -Confirm:$false -WarningAction Ignore
  $folder = (Get-Item TestDrive:/).FullName
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Export-HotstackReport' {
  It 'writes a page about the sets of the project, and gives the file' {
    Export-HotstackReport TestDrive:/all.html | ForEach-Object { $_ -is [System.IO.FileInfo]; $_.FullName; Get-Content $_ -TotalCount 1 } |
      Should -Be $true, (Join-Path $folder all.html), '<!DOCTYPE html>'
    $page = Get-Content TestDrive:/all.html -Raw
    $page | Should -Match "SnapSets of cloud sandbox"
    $page | Should -Match "<b>$($set.Id)</b>"
    $page | Should -Match '<b>up5tream</b>'
    $page | Should -Not -Match '<script|https?:'
  }

  It 'writes a page about the sets of the pipeline only' {
    $set | Export-HotstackReport TestDrive:/one.html -Force
    $page = Get-Content TestDrive:/one.html -Raw
    $page | Should -Match "<b>$($set.Id)</b>"
    $page | Should -Not -Match 'up5tream'
  }

  It 'takes objects as an argument too' {
    Export-HotstackReport TestDrive:/given.md -InputObject $set, $revival
    Get-Content TestDrive:/given.md -Raw | Should -Match "(?s)$($set.Id).*Revival of "
  }

  It 'shows the steps of a revival, its certificates and checks, and findings of a set' {
    @($revival) + $findings | Export-HotstackReport TestDrive:/run.html
    $page = Get-Content TestDrive:/run.html -Raw
    foreach ($step in $revival.Timeline) { $page.Contains("<b>$($step.Step)</b>") | Should -BeTrue }
    $page | Should -Match 'Revival of '
    $page | Should -Match 'csr-signer'
    $page | Should -Match "Revivable"
  }

  It 'shows the steps of a shutdown with their shares, also after Export-Clixml' {
    $shutdown | Export-HotstackReport TestDrive:/off.html
    $page = Get-Content TestDrive:/off.html -Raw
    $page | Should -Match 'Shutdown of hs-multi</h3><p>6 servers of the deployment are off\. Began '
    foreach ($step in $shutdown.Timeline) { $page.Contains("<b>$($step.Step)</b>") | Should -BeTrue }
    $shutdown.Timeline.Step | Should -Be Assess, Cordon, Arm, Workers, Masters, Controller
    $shutdown.Timeline | Out-String | Should -Match '(?s)At \(UTC\).*Duration.*Step.*Result.*Masters'
    $shutdown | Export-Clixml TestDrive:/off.xml
    Import-Clixml TestDrive:/off.xml | Export-HotstackReport TestDrive:/stored-off.html
    $plain = { (Get-Content $args[0] -Raw) -replace '\d+ (d|h|min|s)\b' -replace '[\d.]+%' -replace '\d\d\d\d-\d\d-\d\d \d\d:\d\dZ' }
    & $plain TestDrive:/stored-off.html | Should -Be (& $plain TestDrive:/off.html)
    $shutdown, $revival | Export-HotstackReport TestDrive:/both.md
    Get-Content TestDrive:/both.md -Raw | Should -Match '(?s)Shutdown of .*Revival of '
  }

  It 'writes Markdown by the name of the file or by -Format' {
    $set | Export-HotstackReport TestDrive:/set.md
    (Get-Content TestDrive:/set.md)[0] | Should -Be '# Hotstack report'
    Get-Content TestDrive:/set.md -Raw | Should -Match "\| ``$($set.Id)`` \| ``hs-multi`` \|"
    $set | Export-HotstackReport TestDrive:/set.txt -Format Markdown
    Get-Content TestDrive:/set.txt -TotalCount 1 | Should -Be '# Hotstack report'
  }

  It 'takes objects that came through Export-Clixml, with the same result' {
    @(Get-HotstackSnapSet) + $revival + $findings | Export-Clixml TestDrive:/objects.xml
    @(Get-HotstackSnapSet) + $revival + $findings | Export-HotstackReport TestDrive:/live.md
    Import-Clixml TestDrive:/objects.xml | Export-HotstackReport TestDrive:/stored.md
    $plain = { (Get-Content $args[0] | Select-Object -Skip 3) -replace '\d+ (d|h|min|s)\b' -replace '`[·█▒x¦]+`' }
    & $plain TestDrive:/stored.md | Should -Be (& $plain TestDrive:/live.md)
  }

  It 'takes objects of a job' {
    Start-ThreadJob { $using:set } | Receive-Job -Wait -AutoRemoveJob | Export-HotstackReport TestDrive:/job.md
    Get-Content TestDrive:/job.md -Raw | Should -Match $set.Id
  }

  It 'says that there is nothing' {
    $before = (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls").Count
    @() | Export-HotstackReport TestDrive:/none.html
    Get-Content TestDrive:/none.html -Raw | Should -Match 'There is nothing to report. Objects of the pipeline: none.'
    (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls").Count | Should -Be $before
  }

  It 'refuses an object of another type, names it, and writes nothing: <Type>' -ForEach @(
    @{ Type = 'System.Int32'; Object = 5 }
    @{ Type = 'System.Management.Automation.PSCustomObject'; Object = [pscustomobject] @{ Id = 'x' } }
    @{ Type = 'System.String'; Object = 'x' }
  ) {
    { $Object | Export-HotstackReport TestDrive:/refused.html } | Should -Throw "*$Type*" -ErrorId 'ReportObjectUnknown,*'
    'TestDrive:/refused.html' | Should -Not -Exist
  }

  It 'refuses a path before anything is read: <Id> of <Path>' -ForEach @(
    @{ Id = 'ReportPathInvalid'; Path = 'TestDrive:/nowhere/x.html' }
    @{ Id = 'ReportPathInvalid'; Path = 'TestDrive:/' }
    @{ Id = 'PathNotOfFile'; Path = 'env:x' }
    @{ Id = 'ReportExists'; Path = 'TestDrive:/there.html' }
  ) {
    'before' | Set-Content TestDrive:/there.html
    $before = (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls").Count
    { Get-HotstackSnapSet | Export-HotstackReport $Path } | Should -Throw -ErrorId "$Id,*"
    (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls").Count | Should -Be $before
    Get-Content TestDrive:/there.html | Should -Be before
  }

  It 'replaces a file with -Force' {
    'before' | Set-Content TestDrive:/again.md
    (Export-HotstackReport TestDrive:/again.md -Force).Name | Should -Be again.md
    Get-Content TestDrive:/again.md -TotalCount 1 | Should -Be '# Hotstack report'
  }

  It 'writes and reads nothing with -WhatIf' {
    $before = (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls").Count
    Export-HotstackReport TestDrive:/whatif.html -WhatIf | Should -BeNullOrEmpty
    'TestDrive:/whatif.html' | Should -Not -Exist
    (Invoke-RestMethod "$($sandbox.Address)/sandbox/calls").Count | Should -Be $before
  }
}
