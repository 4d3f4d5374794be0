BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'An error' {
  It 'of <Command> is <Id>, <Category>' -Tag Quick -ForEach @(
    @{ Command = 'Get-HotstackSnapSet -Cloud nope'; Id = 'CloudNotFound'; Category = 'ObjectNotFound' }
    @{ Command = 'Get-HotstackSnapSet nope'; Id = 'SnapSetNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    @{ Command = 'Get-HotstackSnapSet -Latest'; Id = 'SnapSetNotFound'; Category = 'ObjectNotFound' }
    @{ Command = 'Test-HotstackSnapSet nope'; Id = 'SnapSetNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    @{ Command = 'Remove-HotstackSnapSet nope -Confirm:$false'; Id = 'SnapSetNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    @{ Command = 'Get-HotstackInstance nope'; Id = 'StackNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    @{ Command = 'Get-HotstackInstance -Server nope -Role x'; Id = 'ServerNotFound'; Category = 'ObjectNotFound'; Target = 'nope' }
    @{ Command = 'Get-HotstackInstance -Server a, b, c -Role x, y'; Id = 'RoleMissing'; Category = 'InvalidArgument' }
    @{ Command = 'Get-HotstackInstance -Path /nope.yaml'; Id = 'SnapSetFileInvalid'; Category = 'InvalidArgument' }
    @{ Command = 'Get-HotstackInstance -Path Env:/PATH'; Id = 'PathNotOfFile'; Category = 'InvalidArgument' }
    @{ Command = 'New-HotstackSnapSet hs-multi'; Id = 'SnapSetDataInvalid'; Category = 'InvalidArgument' }
    @{ Command = '@() | New-HotstackSnapSet'; Id = 'NoInstances'; Category = 'InvalidArgument' }
    @{ Command = '[pscustomobject]@{ Name = "a/b" } | New-HotstackSnapSet'; Id = 'SnapSetDataInvalid'; Category = 'InvalidArgument' }
    @{ Command = 'New-HotstackSnapSet -Resume nope -StackName a -Path b'; Id = 'SourceAmbiguous'; Category = 'InvalidArgument' }
    @{ Command = 'New-HotstackSnapSet hs-multi -Timeout soon'; Id = 'ParameterArgumentTransformationError'; Category = 'InvalidData' }
    @{ Command = '[pscustomobject]@{ Name = "a"; Cloud = "x" }, [pscustomobject]@{ Name = "b"; Cloud = "y" } | New-HotstackSnapSet'
      Id = 'InstancesOfSeveralClouds'; Category = 'InvalidArgument' }
  ) {
    $failure = [scriptblock]::Create("`$ErrorActionPreference = 'Stop'; $Command") | Should -Throw -PassThru
    $failure.FullyQualifiedErrorId | Should -BeLike "$Id,Hotstack.Commands.*"
    $failure.CategoryInfo.Category | Should -Be $Category
    if ($Target) { $failure.TargetObject | Should -Be $Target }
  }

  It 'of one object does not keep the others' {
    $answers = [pscustomobject]@{ Id = 'a' }, [pscustomobject]@{ Id = 'b' } | Test-HotstackSnapSet -ErrorAction SilentlyContinue -ErrorVariable failures
    $answers | Should -BeNullOrEmpty
    $failures.TargetObject | Should -Be a, b
  }

  It 'of wrong credentials ends the pipeline' {
    Add-SandboxFault $sandbox @{ kind = 'Status'; status = 401; service = 'identity'; times = 0 }
    try {
      $failures = & { 'a', 'b' | ForEach-Object { [pscustomobject]@{ Id = $_ } } | Test-HotstackSnapSet } 2>&1
    }
    catch { $failures = $_ }
    finally { Reset-Sandbox $sandbox }
    @($failures).Count | Should -Be 1
    $failures.FullyQualifiedErrorId | Should -BeLike 'AuthenticationFailed,*'
    $failures.CategoryInfo.Category | Should -Be AuthenticationError
  }

  It 'tells what to do' {
    Get-HotstackSnapSet nope -ErrorAction SilentlyContinue -ErrorVariable failures
    $failures[0].ErrorDetails.RecommendedAction | Should -Match 'Get-HotstackSnapSet'
    "$($failures[0])" | Should -Be "There is no SnapSet 'nope' in this project."
  }

  It 'of <Command> keeps none of the other objects' -ForEach @(
    @{ Command = '"nope", "AAAAaaaa" | Get-HotstackSnapSet'; Count = 1 }
    @{ Command = '"nope", "AAAAaaaa" | Test-HotstackSnapSet -Quiet:$false | Where-Object Check -EQ HasController'; Count = 1 }
    @{ Command = '"nope", "AAAAaaaa" | ConvertTo-HotstackStackParameter'; Count = 1 }
    @{ Command = '"nope", "AAAAaaaa" | Remove-HotstackSnapSet -PassThru -Confirm:$false'; Count = 1 }
    @{ Command = '"nope", "AAAAaaaa" | Export-HotstackSnapSet -Path TestDrive:'; Count = 1 }
    @{ Command = '[pscustomobject]@{ StackName = "nope" }, [pscustomobject]@{ StackName = "hs-multi" } | Get-HotstackInstance'; Count = 6 }
  ) {
    Reset-Sandbox $sandbox
    Add-SandboxSnapSet $sandbox AAAAaaaa
    $results = [scriptblock]::Create("`$ErrorActionPreference = 'SilentlyContinue'; $Command").Invoke()
    $results.Count | Should -Be $Count
  }

  It 'is read by Get-Error: message, category, target, and what to do' {
    Get-HotstackSnapSet nope -ErrorAction SilentlyContinue -ErrorVariable failures
    $shown = $failures[0] | Get-Error | Out-String
    $shown | Should -Match 'There is no SnapSet ''nope'' in this project'
    $shown | Should -Match 'Hint\s*: Run Get-HotstackSnapSet'
    $shown | Should -Match 'TargetObject\s*: nope'
    $shown | Should -Match 'CategoryInfo\s*: ObjectNotFound: \(nope:String\)'
  }

  It 'holds no secret, in whatever it holds' {
    Add-SandboxFault $sandbox @{ kind = 'Status'; status = 401; service = 'identity'; times = 0 }
    try { $failure = { Get-HotstackSnapSet -ErrorAction Stop } | Should -Throw -PassThru } finally { Reset-Sandbox $sandbox }
    $password = [regex]::Match((Get-Content $env:OS_CLIENT_CONFIG_FILE -Raw), 'password: (\S+)').Groups[1].Value
    $failure | Get-Error | Out-String -Width 4000 | Should -Not -Match ([regex]::Escape($password))
  }

  It 'that is a list is numbered, as the screen runs its lines together' {
    $failure = { @{ Name = 'a/b' }, @{ Name = 'c' } | New-HotstackSnapSet } | Should -Throw -PassThru
    "$failure" -replace '\s+', ' ' | Should -Match 'The instances: \d+ problems: 1\. .+ 2\. .+ 3\. '
  }

  It 'names all that is wrong at once' {
    $failure = { @{ Name = 'a/b' }, @{ Name = 'c' } | New-HotstackSnapSet } | Should -Throw -PassThru
    $failure.Exception.Violations.Count | Should -BeGreaterThan 4
  }
}
