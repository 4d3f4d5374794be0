# A shelf of sets: labels, protection, and renewing.
BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest) -Force
  $sandbox = Start-Sandbox
  Get-HotstackInstance hs-multi | New-HotstackSnapSet -StopServers -SkipCertificateCheck -PollInterval 1s -Confirm:$false `
    -Description 'for CI' -Label @{ Rhoso = '18.0.3'; 'team' = 'ci' } -Scenario 3-nodes -WarningAction SilentlyContinue | Out-Null

  function Get-Shown([string] $Command) {
    pwsh -NoProfile -NonInteractive -Command "Import-Module '$(Get-ModuleUnderTest)'; $Command" 2>&1 | Out-String -Width 4000
  }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Set-HotstackSnapSet' {
  It 'sets, replaces and removes labels and the description, and shows them' {
    $set = Get-HotstackSnapSet
    $set.Labels.rhoso, $set.Labels.team, $set.Description | Should -Be 18.0.3, ci, 'for CI'
    $set = $set | Set-HotstackSnapSet -Label @{ team = $null; owner = 'me' } -Description 'by hand'
    $set.LabelsText, $set.Description | Should -Be 'owner=me, rhoso=18.0.3', 'by hand'
    ($set | Set-HotstackSnapSet -Description '').Description | Should -BeNullOrEmpty
    $set | Format-List | Out-String | Should -Match 'Labels\s+: owner=me, rhoso=18.0.3'
    Get-HotstackSnapSet | Out-String -Width 200 | Should -Match 'Labels'
  }

  It 'protects a set from removal and retention until it is released' {
    $set = Get-HotstackSnapSet | Set-HotstackSnapSet -Protected
    $set.IsProtected | Should -BeTrue
    { $set | Remove-HotstackSnapSet -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'ImageProtected,*'
    Remove-HotstackSnapSet -KeepLast 0 -Confirm:$false -WarningVariable told -WarningAction SilentlyContinue
    "$told" | Should -Match 'Set-HotstackSnapSet .* -Protected:\$false'
    (Get-HotstackSnapSet | Set-HotstackSnapSet -Protected:$false).IsProtected | Should -BeFalse
  }

  It 'changes nothing with -WhatIf, and refuses <Name>' -ForEach @(
    @{ Name = 'nothing'; Given = @{}; Id = 'ChangeMissing' }
    @{ Name = 'a key with a blank'; Given = @{ Label = @{ 'a b' = '1' } }; Id = 'LabelInvalid' }
    @{ Name = 'a long text'; Given = @{ Label = @{ a = 'x' * 256 } }; Id = 'LabelInvalid' }
    @{ Name = 'a list'; Given = @{ Label = @{ a = 1, 2 } }; Id = 'LabelInvalid' }
    @{ Name = 'several lines'; Given = @{ Description = "a`nb" }; Id = 'LabelInvalid' }
  ) {
    $before = (Get-HotstackSnapSet).LabelsText
    Set-HotstackSnapSet -Id (Get-HotstackSnapSet).Id -Label @{ other = '1' } -WhatIf | Should -BeNullOrEmpty
    (Get-HotstackSnapSet).LabelsText | Should -Be $before
    { Get-HotstackSnapSet | Set-HotstackSnapSet @Given -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
  }

  It 'finds sets by -Label, -Scenario, -ClusterVersion and -ExpiringWithin' {
    (Get-HotstackSnapSet -Label @{ RHOSO = '18.*' }).Count | Should -Be 1
    Get-HotstackSnapSet -Label @{ rhoso = '17*' } | Should -BeNullOrEmpty
    (Get-HotstackSnapSet -Scenario '3-*' -Latest).Scenario | Should -Be 3-nodes
    Get-HotstackSnapSet -ClusterVersion 4.18* | Should -BeNullOrEmpty # no record
    Get-HotstackSnapSet -ExpiringWithin 7d | Should -BeNullOrEmpty
    { Get-HotstackSnapSet -Label @{ owner = 'you' } -Latest -ErrorAction Stop } | Should -Throw -ErrorId 'SnapSetNotFound,*'
  }

  It 'completes scenarios' {
    $line = 'Get-HotstackSnapSet -Scenario '
    $found = (TabExpansion2 $line $line.Length).CompletionMatches
    $found.CompletionText | Should -Contain 3-nodes
    $found.ToolTip | Should -Contain 'Scenario 3-nodes, of 1 SnapSet'
  }

  It 'completes labels as a hashtable that PowerShell reads back' {
    $line = 'Get-HotstackSnapSet -Label '
    $found = (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText
    $found | Should -Contain "@{ 'rhoso' = '18.0.3' }"
    (Invoke-Expression ($found | Where-Object { $_ -match 'rhoso' })).rhoso | Should -Be 18.0.3
  }
}

Describe 'Update-HotstackSnapSet' {
  It 'shows with -WhatIf the stages and the quota, and makes nothing' {
    $shown = Get-Shown "Get-HotstackSnapSet | Update-HotstackSnapSet -RemoveOld -RollbackOnFailure -MinimumValidity 5d -WhatIf"
    $shown | Should -Match 'Restore: create stack hotstack-renewal-[\s\S]*Revive:[\s\S]*valid for 5 d[\s\S]*Suspend:[\s\S]*Freeze: make 6 images[\s\S]*Test:[\s\S]*DeleteStack:[\s\S]*RemoveOld:[\s\S]*quota: 6 instances'
    Get-Shown "Get-HotstackSnapSet | Update-HotstackSnapSet -Template '$($sandbox.Template)' -ForceRotation -WhatIf" | Should -Match 'Suspend: renew the certificates at once'
  }

  It 'asks, and makes nothing where nobody can be asked' {
    function Get-Write { Get-SandboxCall $sandbox | Where-Object method -NE GET | Where-Object service -NE identity | Where-Object path -NotLike '*/preview' }
    $before = @(Get-Write).Count
    $shell = [powershell]::Create().AddScript("Import-Module '$(Get-ModuleUnderTest)'; Get-HotstackSnapSet | Update-HotstackSnapSet -Confirm")
    try {
      $shell.Invoke() | Should -BeNullOrEmpty
      $shell.Streams.Error -join ' ' | Should -Match 'prompt|interactive'
    }
    finally { $shell.Dispose() }
    @(Get-Write).Count | Should -Be $before
  }

  It 'refuses <Name> before anything is made' -ForEach @(
    @{ Name = 'a label that cannot be kept'; Given = @{ Label = @{ 'a b' = '1' } }; Id = 'LabelInvalid' }
    @{ Name = 'an unknown parameter'; Given = @{ Parameter = @{ unknown = '1' } }; Id = 'RestoreInputInvalid' }
    @{ Name = 'a short timeout'; Given = @{ ReviveTimeout = '1s' }; Id = 'TimeoutTooShort' }
  ) {
    { Get-HotstackSnapSet | Update-HotstackSnapSet @Given -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
  }

  It 'refuses a protected set with -RemoveOld' {
    $set = Get-HotstackSnapSet | Set-HotstackSnapSet -Protected
    { Update-HotstackSnapSet -Id $set.Id -Template $sandbox.Template -RemoveOld -ErrorAction Stop } | Should -Throw -ErrorId 'ImageProtected,*'
    $set | Set-HotstackSnapSet -Protected:$false | Out-Null
  }

  It 'takes all its parameters' {
    Get-HotstackSnapSet | Update-HotstackSnapSet -Template $sandbox.Template -TemplateRoot (Split-Path $sandbox.Template) -Variable @{ a = 1 } -Description new `
      -ThrottleLimit 2 -AllowExpired -KeyFilePath TestDrive:/key -IgnoreOperator insights -IgnoreApiService v1beta1.external.metrics.k8s.io `
      -StableFor 1m -RotationTimeout 2h -Timeout 30m -WhatIf -ErrorVariable failures
    $failures | Should -BeNullOrEmpty
  }

  It 'gives what Remove-HotstackSnapSet refuses, because it names two sets' {
    $renewal = [pscustomobject]@{ SnapSetId = 'new'; RenewedFrom = 'old' }
    { $renewal | Remove-HotstackSnapSet -Confirm:$false -ErrorAction Stop } | Should -Throw "*renewal of SnapSet 'old' as 'new'*"
  }
}
