BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'An error' {
  It 'of <Command> is <Id>, <Category>' -ForEach @(
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

  It 'names all that is wrong at once' {
    $failure = { @{ Name = 'a/b' }, @{ Name = 'c' } | New-HotstackSnapSet } | Should -Throw -PassThru
    $failure.Exception.Violations.Count | Should -BeGreaterThan 4
  }
}
