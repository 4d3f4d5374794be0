# What comes through the pipeline is literal and keeps its project; wildcards count only where they are typed.

BeforeDiscovery {
  # SnapSets/HostileIdTests.cs has many more.
  $hostile = '*', '[a]', '`*', "x$([char]0x2019); exit" | ForEach-Object { @{ Id = $_ } }
  $forms = @(
    @{ Form = 'a SnapSet'; Of = { $_ } }
    @{ Form = 'its text'; Of = { $_.Id } }
    @{ Form = 'what Select-Object leaves of it'; Of = { $_ | Select-Object Id, Cloud } }
    @{ Form = 'a hashtable'; Of = { @{ Id = $_.Id } } }
    @{ Form = 'what Export-Clixml saved of it'; Of = {
        $file = Join-Path TestDrive: "$(New-Guid).xml"
        $_ | Export-Clixml $file
        Import-Clixml $file
      }
    }
    @{ Form = 'a finding'; Of = { $_ | Test-HotstackSnapSet | Select-Object -First 1 } }
  )
}

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $others = 'AAAAaaaa', 'a', 'mp65jst2', '`mp*'

  function Add-Set([string[]] $Id, [string] $Project, [string] $Visibility = 'private') {
    foreach ($one in $Id) {
      $body = ConvertTo-Json (@{ snapId = $one; ageSeconds = 3600; visibility = $Visibility } + ($Project ? @{ project = $Project } : @{}))
      $null = Invoke-RestMethod "$($sandbox.Address)/sandbox/snapsets" -Method Post -Body $body -ContentType 'application/json; charset=utf-8'
    }
  }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A set with the id <Id>' -ForEach $hostile {
  BeforeEach {
    Reset-Sandbox $sandbox
    Add-Set ($others + $Id)
    $set = Get-HotstackSnapSet | Where-Object Id -CEQ $Id
  }

  It 'is removed alone through the pipeline as <Form>' -ForEach $forms {
    $set | ForEach-Object $Of | Remove-HotstackSnapSet -Confirm:$false -PassThru | ForEach-Object Id | Should -BeExactly $Id
    (Get-HotstackSnapSet).Id | Sort-Object -CaseSensitive | Should -BeExactly ($others | Sort-Object -CaseSensitive)
  }

  It 'is removed alone as an argument' {
    Remove-HotstackSnapSet -Id $set -Confirm:$false
    (Get-HotstackSnapSet).Id | Sort-Object -CaseSensitive | Should -BeExactly ($others | Sort-Object -CaseSensitive)
  }

  It 'is removed alone by a script block' {
    $set | Select-Object @{ Name = 'Other'; Expression = { $_.Id } } | Remove-HotstackSnapSet -Id { $_.Other } -Confirm:$false
    (Get-HotstackSnapSet).Id | Sort-Object -CaseSensitive | Should -BeExactly ($others | Sort-Object -CaseSensitive)
  }

  It 'is the only one that other cmdlets are about' {
    ($set | Get-HotstackSnapSet).Id | Should -BeExactly $Id
    ($set | Test-HotstackSnapSet).SnapSetId | Select-Object -Unique | Should -BeExactly $Id
    ($set | Export-HotstackSnapSet -Path "TestDrive:/$(New-Guid)" 3>$null).Id | Should -BeExactly $Id
    $set | ConvertTo-HotstackStackParameter | Should -Match $set.Members[0].ImageId
  }
}

Describe 'Wildcards' -Tag Quick {
  BeforeEach {
    Reset-Sandbox $sandbox
    Add-Set $others
  }

  It 'count where they are typed' {
    (Get-HotstackSnapSet mp*).Id | Should -Be mp65jst2
    (Get-HotstackSnapSet -Id 'mp*', 'AAAA*').Count | Should -Be 2
    (Get-HotstackSnapSet).Count | Should -Be 4
    Add-Set '*', '[a]'
    (Get-HotstackSnapSet '`*').Id | Should -Be '*'
    (Get-HotstackSnapSet '`[a`]').Id | Should -Be '[a]'
    (Get-HotstackSnapSet '*').Count | Should -Be 6
  }

  It 'do not count in the pipeline, and the error says so' {
    'mp*' | Get-HotstackSnapSet -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
    $failures[0].FullyQualifiedErrorId | Should -BeLike 'SnapSetNotFound,*'
    $failures[0].ErrorDetails.RecommendedAction | Should -Match 'literal'
  }
}

Describe 'An object of another project' {
  BeforeAll {
    Reset-Sandbox $sandbox
    Add-Set 'mp65jst2'
    Add-Set 'mp65jst2' -Project other -Visibility public
    $ours = Get-HotstackSnapSet mp65jst2
    $theirs = Get-HotstackSnapSet -All | Where-Object ProjectId -NE $ours.ProjectId
    $saved = Join-Path TestDrive: theirs.xml
    $theirs | Export-Clixml $saved
    $servers = Get-HotstackInstance hs-multi | Select-Object * -ExcludeProperty ProjectId | Add-Member ProjectId $theirs.ProjectId -PassThru
    $withStack = [pscustomobject]@{ StackName = 'hs-multi'; SnapSetId = 'mp65jst2'; ProjectId = $theirs.ProjectId; Cloud = 'sandbox' }
  }

  It 'is refused by <Command>' -ForEach @(
    @{ Command = { $theirs | Get-HotstackSnapSet } }
    @{ Command = { $theirs | Remove-HotstackSnapSet -Confirm:$false } }
    @{ Command = { Remove-HotstackSnapSet $theirs -Confirm:$false } }
    @{ Command = { Import-Clixml $saved | Remove-HotstackSnapSet -Confirm:$false } }
    @{ Command = { $theirs | Test-HotstackSnapSet } }
    @{ Command = { $theirs | Test-HotstackSnapSet -Quiet } }
    @{ Command = { $theirs | Export-HotstackSnapSet -Path TestDrive: } }
    @{ Command = { $theirs | ConvertTo-HotstackStackParameter } }
    @{ Command = { $theirs | Restore-HotstackSnapSet -StackName again -Template $sandbox.Template } }
    @{ Command = { New-HotstackSnapSet -Resume $theirs } }
    @{ Command = { $withStack | New-HotstackSnapSet } }
    @{ Command = { $withStack | Get-HotstackInstance } }
    @{ Command = { $withStack | Suspend-HotstackCluster } }
    @{ Command = { $withStack | Invoke-HotstackRevive } }
    @{ Command = { Invoke-HotstackRevive hs-multi -SnapSetId $theirs } }
    @{ Command = { $servers | New-HotstackSnapSet } }
    @{ Command = { $servers | Suspend-HotstackCluster } }
  ) {
    $failure = { $ErrorActionPreference = 'Stop'; & $Command } | Should -Throw -PassThru
    $failure.FullyQualifiedErrorId | Should -BeLike 'ProjectMismatch,*'
    $failure.Exception.Message | Should -Match $theirs.ProjectId
    $failure.Exception.Message | Should -Match $ours.ProjectId
    (Get-HotstackSnapSet).Id | Should -Be mp65jst2
  }

  It 'is not deleted by who deletes <Name>' -ForEach @(
    @{ Name = 'the stack that was restored from it'; Object = { [pscustomobject]@{ StackName = 'again'; StackId = 'x'; SnapSetId = $ours.Id } }
      Says = "restored stack 'again', not a SnapSet.*Remove-HotstackStack again.*Remove-HotstackSnapSet mp65jst2" }
    @{ Name = 'a server'; Object = { Get-HotstackInstance hs-multi | Where-Object Name -EQ controller }; Says = "'controller' is a server" }
  ) {
    $object = & $Object
    $failure = { $object | Remove-HotstackSnapSet -Confirm:$false -ErrorAction Stop } | Should -Throw -PassThru
    $failure.Exception.Message | Should -Match $Says
    (Get-HotstackSnapSet).Id | Should -Contain mp65jst2
  }

  It 'is what it was with -All' {
    ($theirs | Get-HotstackSnapSet -All).ProjectId | Should -Be $theirs.ProjectId
    { Get-HotstackSnapSet -All -Latest } | Should -Throw -ErrorId 'LatestOfAllProjects,*'
  }

  It 'of our own acts' {
    $ours | Test-HotstackSnapSet -Quiet | Should -BeTrue
    ([pscustomobject]@{ StackName = 'hs-multi'; ProjectId = $ours.ProjectId } | Get-HotstackInstance).Count | Should -Be 6
    ($ours | Remove-HotstackSnapSet -Confirm:$false -PassThru).Id | Should -Be mp65jst2
  }
}
