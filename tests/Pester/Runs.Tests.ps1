# Whole paths, each by one line: from nothing to a set, and from a set to a cluster in service.
BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest) -Force
  $sandbox = Start-Sandbox

  function Get-Shown([string] $Command) {
    pwsh -NoProfile -NonInteractive -Command "Import-Module '$(Get-ModuleUnderTest)'; $Command" 2>&1 | Out-String -Width 4000
  }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'New-HotstackSnapSet -Prepare' {
  It 'shows with -WhatIf all that it would do, and does nothing' {
    $shown = Get-Shown 'New-HotstackSnapSet hs-multi -Prepare -StableFor 3m -RotationTimeout 2h -Uncordon -WhatIf'
    $shown | Should -Match 'Uncordon the nodes that were left cordoned, then wait until the cluster is stable for 3 min, then cordon 5 nodes, then shut down 6 running servers, then make 6 images'
    (Get-HotstackInstance hs-multi).Status | Select-Object -Unique | Should -Be ACTIVE
  }

  It 'refuses <Parameter> without it' -ForEach @{ Parameter = 'StableFor'; Value = '5m' }, @{ Parameter = 'RotationTimeout'; Value = '5m' }, @{ Parameter = 'Uncordon'; Value = $true } {
    $given = @{ $Parameter = $Value }
    { New-HotstackSnapSet hs-multi @given -WhatIf } | Should -Throw -ErrorId 'SwitchMissing,*'
  }

  It 'freezes a cluster that upstream has shut down, once, and tells its steps' {
    Get-HotstackInstance hs-multi | New-HotstackSnapSet -StopServers -SkipCertificateCheck -PollInterval 1s -Confirm:$false |
      Remove-HotstackSnapSet -Confirm:$false
    $set = New-HotstackSnapSet hs-multi -Prepare -PollInterval 1s -WarningVariable told -WarningAction SilentlyContinue
    $set.State | Should -Be Complete
    $set.Timeline.Step | Should -Be Images
    "$told" | Should -Match 'hotstack_prepare_for_snapshot'
    (New-HotstackSnapSet hs-multi -Prepare -WarningAction SilentlyContinue).Id | Should -Be $set.Id
    (Get-HotstackSnapSet).Id | Should -Be $set.Id
  }
}

Describe 'Restore-HotstackSnapSet -Revive' {
  It 'shows both steps with -WhatIf' {
    Get-Shown "Restore-HotstackSnapSet -Latest -StackName hs-new -Template '$($sandbox.Template)' -Revive -ReviveTimeout 2h -WaitFor 'openstackcontrolplane/*:Ready' -WhatIf" |
      Should -Match 'Create it[\s\S]*then its cluster is started and revived'
  }

  It 'lets $PSDefaultParameterValues name the key for all cmdlets' {
    $PSDefaultParameterValues['*-Hotstack*:KeyFilePath'] = 'TestDrive:/key'
    try { Restore-HotstackSnapSet -Latest hs-new -Template $sandbox.Template -WhatIf } finally { $PSDefaultParameterValues.Clear() }
  }

  It 'refuses a condition that cannot be read before it asks' {
    { Restore-HotstackSnapSet -Latest hs-new -Template $sandbox.Template -Revive -WaitFor 'openstackcontrolplane' -WhatIf } |
      Should -Throw -ErrorId 'WaitForInvalid,*'
  }

  It 'refuses <Parameter> without it' -ForEach @{ Parameter = 'ReviveTimeout' }, @{ Parameter = 'WaitFor' } {
    $given = @{ $Parameter = '5m' }
    { Restore-HotstackSnapSet -Latest hs-new -Template $sandbox.Template @given -WhatIf } | Should -Throw -ErrorId 'SwitchMissing,*'
  }
}

Describe 'Invoke-HotstackPlaybook' {
  Context 'with a program that plays Ansible' -Skip:$IsWindows {
    BeforeAll {
      # A checkout of upstream's shape, and a program that plays ansible-playbook.
      $checkout = (New-Item TestDrive:/hotstack -ItemType Directory).FullName
      $null = New-Item "$checkout/roles" -ItemType Directory
      '01-infra', '02-bootstrap_controller', '03-install_ocp', '04-redfish_virtual_bmc', '05_deploy_rhoso' | ForEach-Object { Set-Content "$checkout/$_.yml" '---' }
      Set-Content "$checkout/vars.yml" 'stack_name: hs-multi'
      $bin = (New-Item TestDrive:/bin -ItemType Directory).FullName
      Set-Content "$bin/ansible-playbook" @'
#!/bin/sh
case "$*" in
  --version) echo "ansible-playbook [core 2.14.18]" ;;
  *hotstack_variables.yml) echo "$HOTSTACK_EVENTS_MARK{\"event\": \"ok\", \"result\": {\"stack_name\": \"hs-multi\", \"os_cloud\": \"sandbox\", \"scenario\": \"small\"}}" ;;
  *--syntax-check*) ;;
  *02-bootstrap_controller.yml) echo "$HOTSTACK_EVENTS_MARK{\"event\": \"failed\", \"task\": \"controller : Wait\", \"host\": \"controller-0\", \"message\": \"no route\"}"; exit 2 ;;
  *) echo "PLAY [$*]"; echo "$HOTSTACK_EVENTS_MARK{\"event\": \"ok\", \"changed\": true}" ;;
esac
'@
      chmod +x "$bin/ansible-playbook"
      $path = $env:PATH
      $env:PATH = "${bin}:$path"
      $files = @{ Path = $checkout; ParameterFile = "$checkout/vars.yml" }
    }

    AfterAll { $env:PATH = $path }

    It 'names the way to Ansible where there is none' {
      $env:PATH = '/nowhere'
      try { { Invoke-HotstackPlaybook @files } | Should -Throw -ErrorId 'PlaybookProgramNotFound,*' } finally { $env:PATH = "${bin}:$path" }
    }

    It 'says of a folder that is no checkout what it lacks' {
      { Invoke-HotstackPlaybook TestDrive:/bin } | Should -Throw '*lacks 01-infra.yml*'
    }

    It 'runs no stage by itself on a stack of others' {
      { Invoke-HotstackPlaybook @files } | Should -Throw -ErrorId 'PlaybookStagesUnknown,*'
    }

    It 'shows with -WhatIf which playbooks it would run' {
      Get-Shown "Invoke-HotstackPlaybook '$checkout' -ParameterFile '$checkout/vars.yml' -Stage Rhoso -WhatIf" | Should -Match 'Run 05_deploy_rhoso.yml of'
    }

    It 'takes the cloud <Expected> if -Cloud is <Cloud> and OS_CLOUD <Variable>' -ForEach @(
      @{ Cloud = $null; Variable = $null; Expected = 'sandbox' }
      @{ Cloud = $null; Variable = 'sandbox-appcred'; Expected = 'sandbox-appcred' }
      @{ Cloud = 'sandbox'; Variable = 'sandbox-appcred'; Expected = 'sandbox' }
    ) {
      $before = $env:OS_CLOUD
      $env:OS_CLOUD = $Variable
      try {
        $runs = [pscustomobject]@{ StackName = 'hs-multi'; Cloud = $Cloud }, [pscustomobject]@{ StackName = 'hs-multi'; Cloud = $Cloud } |
          Invoke-HotstackPlaybook @files -Stage Rhoso
        $runs.Cloud | Should -Be $Expected, $Expected
      }
      finally { $env:OS_CLOUD = $before }
    }

    It 'runs the stages that are named, keeps the log, and gives the deployment to the next cmdlet' {
      $run = Invoke-HotstackPlaybook @files -Stage Rhoso, VirtualBmc -LogPath TestDrive:/logs -Timeout 5m -Variable @{ a = 1 }
      $run.StackName, $run.Cloud | Should -Be hs-multi, sandbox
      $run.Stages.Name | Should -Be VirtualBmc, Rhoso
      $run.LogPath | Should -BeLike "$((Get-Item TestDrive:/logs).FullName)/hs-multi-playbooks-*.log"
      Get-Content $run.LogPath -Raw | Should -Match 'PLAY \[-e @'
      ($run | New-HotstackSnapSet -Prepare -PollInterval 1s -WarningAction SilentlyContinue).StackName | Should -Be hs-multi
      # The set was made before. A new one takes the scenario from the run.
      $set = $run | New-HotstackSnapSet -PollInterval 1s -Confirm:$false -WarningAction SilentlyContinue
      try { $set.StackName, $set.Scenario | Should -Be hs-multi, small } finally { $set | Remove-HotstackSnapSet -Confirm:$false }
    }

    It 'says where a stage failed, and how to resume' {
      { Invoke-HotstackPlaybook @files -Stage Controller } | Should -Throw "*failed in the task 'controller : Wait' on controller-0: no route. The log: *"
      $Error[0].ErrorDetails.RecommendedAction | Should -Match '-Stage Controller resumes'
    }
  }
}
