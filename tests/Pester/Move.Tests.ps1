BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $set = New-HotstackSnapSet -StackName hs-multi -StopServers -PollInterval 1 -Confirm:$false
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Export-HotstackSnapSet' {
  It 'writes nothing with -WhatIf' {
    Get-HotstackSnapSet -Latest | Export-HotstackSnapSet -Path TestDrive:/out -WhatIf | Should -BeNullOrEmpty
    'TestDrive:/out' | Should -Not -Exist
  }

  It 'writes sets of the pipeline to a path as PowerShell sees it' {
    $export = Get-HotstackSnapSet -Latest | Export-HotstackSnapSet -Path TestDrive:/out
    $export.Id, $export.Size | Should -Be $set.Id, $set.Size
    $export.Path | Should -BeLike "*hotstack-snapset-$($set.Id)"
    $export.Members | Should -Be controller, master0, master1, master2, worker0, worker1
    (Get-Content "$($export.Path)/snapset.json" | ConvertFrom-Json).version | Should -Be 1
    ($export | Out-String) | Should -Match $set.Id
  }

  It 'does not fetch again what is there' {
    (Export-HotstackSnapSet $set.Id TestDrive:/out -Verify).Fetched | Should -Be 0
  }

  It 'lists and tests what is in the folder, without a cloud' {
    $cloud, $env:OS_CLIENT_CONFIG_FILE = $env:OS_CLIENT_CONFIG_FILE, "$TestDrive/none.yaml"
    try {
      $exported = Get-HotstackSnapSet -Path TestDrive:/out
      $exported.Id, $exported.State, $exported.StackName, $exported.Size | Should -Be $set.Id, Complete, hs-multi, $set.Size
      $exported | Out-String -Width 120 | Should -Match "$($set.Id) +Complete .* hs-multi "
      Get-HotstackSnapSet -Path TestDrive:/out -StackName other* | Should -BeNullOrEmpty
      $findings = Test-HotstackSnapSet -Path TestDrive:/out
      $findings | Where-Object Check -EQ Intact | Select-Object -ExpandProperty Result | Should -Be (@('Passed') * 6)
      Test-HotstackSnapSet -Path $exported.Path -Quiet | Should -BeTrue
    } finally { $env:OS_CLIENT_CONFIG_FILE = $cloud }
    { Get-HotstackSnapSet -Path TestDrive:/nothing -ErrorAction Stop } | Should -Throw -ErrorId 'ExportNotFound,*'
  }

  It 'refuses by an error with an id: <Id>' -ForEach @(
    @{ Id = 'SnapSetNotFound'; Script = { Export-HotstackSnapSet nope TestDrive:/out } }
    @{ Id = 'PathNotOfFile'; Script = { Export-HotstackSnapSet $set.Id env:PATH } }
  ) {
    { $ErrorActionPreference = 'Stop'; & $Script } | Should -Throw -ErrorId "$Id,*"
  }

  It 'takes wildcards, and goes on after a set that is not there' {
    $exports = Export-HotstackSnapSet nope, "$($set.Id.Substring(0, 4))*", nothing* TestDrive:/out -ErrorAction SilentlyContinue -ErrorVariable failures
    $exports.Id | Should -Be $set.Id
    $failures.TargetObject | Should -Be nope
  }

  It 'goes on after Ctrl+C, and says so' {
    Add-SandboxFault $sandbox @{ kind = 'Stall'; method = 'GET'; path = '/file$'; nth = 2 }
    $folder = (Get-Item TestDrive:/).FullName + '/stopped'
    $shell = Start-Command "Export-HotstackSnapSet $($set.Id) '$folder' -ThrottleLimit 1"
    Wait-Until { Test-Path "$folder/hotstack-snapset-$($set.Id)/master0.qcow2.part" }
    $shell.Stop()
    "$folder/hotstack-snapset-$($set.Id)/snapset.json" | Should -Not -Exist
    $again = Export-HotstackSnapSet $set.Id $folder
    $again.Fetched | Should -BeLessThan $again.Size
    "$($again.Path)/snapset.json" | Should -Exist
  }
}

Describe 'Import-HotstackSnapSet' {
  BeforeAll { $null = Export-HotstackSnapSet $set.Id TestDrive:/out }

  It 'makes a set of what Get-ChildItem finds' {
    Get-ChildItem TestDrive:/out | Import-HotstackSnapSet -Cloud sandbox-other -WhatIf | Should -BeNullOrEmpty
    $moved = Get-ChildItem TestDrive:/out | Import-HotstackSnapSet -Cloud sandbox-other
    $moved.Id, $moved.State, $moved.Cloud | Should -Be $set.Id, Complete, sandbox-other
    $moved | Test-HotstackSnapSet -Quiet | Should -BeTrue
  }

  It 'takes what Export-HotstackSnapSet gives, with a new id where the old one is taken' {
    $copy = $set | Export-HotstackSnapSet -Path TestDrive:/out | Import-HotstackSnapSet -NewId
    $copy.Id | Should -Not -Be $set.Id
    $copy.Cloud, $copy.State | Should -Be sandbox, Complete
  }

  It 'refuses by an error with an id, and goes on with the others: <Id>' -ForEach @(
    @{ Id = 'SnapSetExists'; Path = { "TestDrive:/out/hotstack-snapset-$($set.Id)" } }
    @{ Id = 'ExportNotFound'; Path = { 'TestDrive:/nowhere' } }
  ) {
    & $Path | Import-HotstackSnapSet -ErrorAction SilentlyContinue -ErrorVariable failures
    $failures.FullyQualifiedErrorId | Should -BeLike "$Id,*"
    $failures.Count | Should -Be 1
  }

  It 'takes objects with a Path' {
    $moved = [pscustomobject]@{ Path = "TestDrive:/out/hotstack-snapset-$($set.Id)" } | Import-HotstackSnapSet -NewId -WhatIf -ErrorVariable failures
    $moved | Should -BeNullOrEmpty
    $failures | Should -BeNullOrEmpty
  }

  It 'ends soon when it is stopped, and says what it left' {
    $copy = Get-ChildItem TestDrive:/out
    Add-SandboxFault $sandbox @{ kind = 'Stall'; method = 'PUT'; path = '/file$' }
    $shell = Start-Command "Import-HotstackSnapSet '$($copy.FullName)' -NewId -ThrottleLimit 1"
    try {
      Wait-Until { $shell.Streams.Progress.Count -gt 0 }
      (Measure-Command { $shell.Stop() }).TotalSeconds | Should -BeLessThan 10
      $shell.Streams.Error | Should -BeNullOrEmpty
      $shell.Streams.Warning -join ' ' | Should -Match 'was not imported\. Complete images were kept'
    }
    finally { $shell.Dispose() }
  }
}
