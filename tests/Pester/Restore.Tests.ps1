# A set becomes a running stack.
BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest) -Force
  $sandbox = Start-Sandbox
  $stack = 'hs-multi'
  $set = Get-HotstackInstance $stack | New-HotstackSnapSet -StopServers -PollInterval 1s
  $common = @{ Template = $sandbox.Template; PollInterval = '1s' }

  function Complete {
    param([string] $Line)
    (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText
  }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Restore-HotstackSnapSet' {
  It 'shows the plan and makes nothing with -WhatIf' {
    $before = @(Get-SandboxCall $sandbox).Count
    $plan = pwsh -NoProfile -Command "Import-Module '$(Get-ModuleUnderTest)'; Get-HotstackSnapSet -Latest | Restore-HotstackSnapSet -StackName hs-what -Template '$($sandbox.Template)' -WhatIf" | Out-String
    $plan | Should -Match 'Create it, with \d+ resources'
    foreach ($member in $set.Members) { $plan | Should -Match "$($member.Name): image $($member.ImageId)" }
    @(Get-SandboxCall $sandbox | Select-Object -Skip $before | Where-Object path -NotLike '*/preview').Count | Should -Be 0
  }

  It 'sends no file from outside the template''s folder unless it may: <case>' -ForEach @(
    @{ case = '-WhatIf'; arguments = '-WhatIf'; sends = 0; says = 'neighbour.sh[\s\S]*preview is skipped' }
    @{ case = 'nobody to ask'; arguments = ''; sends = 0; says = 'without a prompt[\s\S]*neighbour.sh' }
    @{ case = '-Force'; arguments = '-Force'; sends = 0; says = 'without a prompt nobody can consent' }
    @{ case = '-WhatIf -Confirm:$false'; arguments = '-WhatIf -Confirm:$false'; sends = 0; says = 'preview is skipped' }
    @{ case = '-WhatIf -TemplateRoot'; arguments = '-WhatIf -TemplateRoot (Convert-Path ..)'; sends = 1; says = 'Create it, with \d+ resources' }
    @{ case = '-Confirm:$false'; arguments = '-Confirm:$false -PollInterval 1s'; sends = 2; says = 'WARNING: .*Send files from outside[\s\S]*neighbour.sh' }
  ) {
    $folder = (New-Item TestDrive:/tree/own -ItemType Directory -Force).FullName
    $null = New-Item TestDrive:/tree/.git -ItemType Directory -Force
    Set-Content TestDrive:/tree/neighbour.sh 'echo neighbour'
    $text = (Get-Content $sandbox.Template -Raw) -replace '(?m)^resources:\s*$', @'
resources:
  extra:
    type: OS::Heat::CloudConfig
    properties: { cloud_config: { a: { get_file: ../neighbour.sh } } }
'@
    Set-Content "$folder/t.yaml" $text
    $before = @(Get-SandboxCall $sandbox).Count
    $told = pwsh -NoProfile -NonInteractive -Command "Set-Location '$folder'; Import-Module '$(Get-ModuleUnderTest)'; Get-HotstackSnapSet -Id $($set.Id) | Restore-HotstackSnapSet -StackName hs-outside -Template t.yaml $arguments" 2>&1 | Out-String -Width 4000
    $told | Should -Match $says
    @(Get-SandboxCall $sandbox | Select-Object -Skip $before | Where-Object path -Like '*/stacks*').Count | Should -Be $sends
  }

  It 'makes a stack of what comes down the pipeline, which can be frozen again' {
    $restored = Get-HotstackSnapSet -Latest | Restore-HotstackSnapSet -StackName hs-again @common -OutputPath TestDrive:
    $restored.GetType().Name | Should -Be RestoredStack
    $restored.Status | Should -Be CREATE_COMPLETE
    "$($restored.Mode)" | Should -Be Overlay
    $restored.Servers.Name | Should -Be controller, master0, master1, master2, worker0, worker1
    $restored.Servers.Image | Should -Be $set.Members.ImageId
    $restored.Servers.MacAddress | Should -Be $set.Members.MacAddress
    Get-Content TestDrive:/hs-again-outputs.yaml -Raw | Should -Match 'snapset_data:'
    ($restored.Servers | New-HotstackSnapSet -StopServers -SkipCertificateCheck -PollInterval 1s -Confirm:$false).State | Should -Be Complete
  }

  It 'makes a stack of nothing but the set, unless -NoBlueprint left out what made it' {
    $set.HasBlueprint | Should -BeTrue
    $plan = pwsh -NoProfile -Command "Import-Module '$(Get-ModuleUnderTest)'; Get-HotstackSnapSet -Id $($set.Id) | Restore-HotstackSnapSet -StackName hs-alone -WhatIf" | Out-String
    $plan | Should -Match 'Create it, with \d+ resources'
    $without = Get-HotstackInstance hs-again | New-HotstackSnapSet -NoBlueprint -StopServers -SkipCertificateCheck -PollInterval 1s -Confirm:$false
    $without.HasBlueprint | Should -BeFalse
    { $without | Restore-HotstackSnapSet -StackName hs-none -ErrorAction Stop } | Should -Throw -ErrorId 'TemplateMissing,*'
  }

  It 'goes on with a stack that was begun from the same set' {
    $again = $set | Restore-HotstackSnapSet -StackName hs-again @common -WhatIf 6>&1
    $again | Should -BeNullOrEmpty
    { $set | Restore-HotstackSnapSet -StackName $stack @common -ErrorAction Stop } | Should -Throw -ErrorId 'StackExists,*'
  }

  It 'takes parameters, variables and files' {
    Set-Content TestDrive:/vars.yml -Value @'
stack_name: hs-of-file
key: from-file
stack_parameters:
  controller_ssh_pub_key: "{{ key }}"
  dns_servers: "{{ servers | default(['192.0.2.9']) }}"
'@
    $restored = $set | Restore-HotstackSnapSet @common -ParameterFile TestDrive:/vars.yml -Variable @{ key = 'mine' } `
      -Parameter @{ net_value_specs = @{ mtu = 1442 }; ntp_servers = 'a', 'b' }
    $restored.StackName | Should -Be hs-of-file
    $sent = Get-SandboxCall $sandbox | Where-Object { $_.service -eq 'orchestration' -and $_.path -like '*/stacks' } | Select-Object -Last 1
    $sent.path | Should -Not -BeNullOrEmpty
  }

  It 'takes a checkout of Hotstack without git by its bootstrap_vars.yml alone' {
    $checkout = (New-Item TestDrive:/hotstack/scenarios/small -ItemType Directory -Force).FullName
    $null = New-Item TestDrive:/hotstack/01-infra.yml, TestDrive:/hotstack/roles/heat_stack/tasks/main.yml -Force
    Copy-Item $sandbox.Template "$checkout/heat_template.yaml"
    Set-Content TestDrive:/cloud-secrets.yaml 'hotstack_cloud_secrets: { auth_type: v3applicationcredential }'
    Set-Content "$checkout/bootstrap_vars.yml" @'
os_cloud: default
scenario: small
scenario_dir: scenarios
stack_template_path: "{{ scenario_dir }}/{{ scenario }}/heat_template.yaml"
stack_name: "hs-{{ scenario | replace('/', '-') }}-{{ zuul.build[:8] | default('no-zuul') }}"
stack_parameters:
  controller_ssh_pub_key: "{{ controller_ssh_pub_key | default('none') }}"
'@
    $restored = $set | Restore-HotstackSnapSet -ParameterFile "$checkout/bootstrap_vars.yml", TestDrive:/cloud-secrets.yaml `
      -Variable @{ zuul = @{ build = '0123456789abcdef' } } -PollInterval 1s -Verbose 4>&1
    ($restored | Where-Object { $_ -isnot [Management.Automation.VerboseRecord] }).StackName | Should -Be hs-small-01234567
    "$restored" | Should -Match 'heat_template.yaml, by the stack_template_path of'
    "$restored" | Should -Match 'has no parameter hotstack_cloud_secrets; used as variables only'
  }

  It '<case> is <id>' -ForEach @(
    @{ case = 'a file that refers to itself'; id = 'TemplateMissing'; with = @{ Template = $null; ParameterFile = 'TestDrive:/itself.yml' } }
    @{ case = 'a missing template'; id = 'TemplateFileUnreadable'; with = @{ Template = 'TestDrive:/none.yaml' } }
    @{ case = 'an unknown parameter'; id = 'RestoreInputInvalid'; with = @{ Parameter = @{ nonsense = 1 } } }
    @{ case = 'a parameter file that is missing'; id = 'ParameterFileInvalid'; with = @{ ParameterFile = 'TestDrive:/none.yml' } }
    @{ case = 'a name that Heat does not take'; id = 'RestoreInputInvalid'; with = @{ StackName = '1st' } }
    @{ case = 'a set that is not there'; id = 'SnapSetNotFound'; with = @{ Id = 'nosuchid' } }
  ) {
    $arguments = @{ Id = $set.Id; StackName = 'hs-never'; Template = $sandbox.Template } + @{}
    foreach ($key in $with.Keys) { if ($null -eq $with[$key]) { $arguments.Remove($key) } else { $arguments[$key] = $with[$key] } }
    Set-Content TestDrive:/itself.yml 'stack_template_path: "{{ scenario }}/t.yaml"', 'scenario: "{{ stack_template_path }}"'
    Restore-HotstackSnapSet @arguments -ErrorVariable failure -ErrorAction SilentlyContinue
    $failure[0].FullyQualifiedErrorId | Should -Be "$id,Hotstack.Commands.RestoreHotstackSnapSet"
  }

  It 'compares the set with the template, and takes a switch for each difference' {
    $small = Get-HotstackInstance $stack | Where-Object Name -In controller, master0 | New-HotstackSnapSet -PollInterval 1s
    $small.Members[0].Ports[0].FixedIps | Should -Match '^192\.168\.32\.\d+/24$'
    $other = (Get-Content $sandbox.Template -Raw).Replace('192.168.32.', '192.168.40.')
    Set-Content TestDrive:/other.yaml $other
    $arguments = @{ StackName = 'hs-other'; Template = 'TestDrive:/other.yaml' }
    $small | Restore-HotstackSnapSet @arguments -ErrorVariable failure -ErrorAction SilentlyContinue
    "$($failure[0])" | Should -Match '-AllowNewNodes'
    $small | Restore-HotstackSnapSet @arguments -AllowNewNodes -AllowAddressChange -ExcludeVolume nothing -ErrorVariable failure -ErrorAction SilentlyContinue
    "$($failure[0])" | Should -Match "-ExcludeVolume 'nothing' matches no volume"
    $restored = $small | Restore-HotstackSnapSet @arguments -AllowNewNodes -AllowAddressChange
    $restored.ServerIds.Name | Should -Be controller, master0
    $restored.ServerIds.SourceId | Should -Be $small.Members.SourceId
    $restored.ServerIds.Id | Should -Be $restored.Servers.Id
  }

  It 'completes ids and modes' {
    Complete 'Restore-HotstackSnapSet ' | Should -Contain $set.Id
    Complete 'Restore-HotstackSnapSet -Mode ' | Should -Be Auto, Parameter, Overlay
  }
}

Describe 'ConvertTo-HotstackStackParameter' {
  It 'gives the overrides for upstream''s playbooks' {
    $small = Get-HotstackInstance $stack | Where-Object Name -In controller, master0 | New-HotstackSnapSet -PollInterval 1s
    $yaml = $small | ConvertTo-HotstackStackParameter
    $yaml | Should -Match "stack_parameter_overrides:\n  controller_params:\n    image: ['`"]?$($small.Members[0].ImageId)"
    Set-Content TestDrive:/overrides.yml $yaml
    { $set | ConvertTo-HotstackStackParameter -ErrorAction Stop } | Should -Throw -ErrorId 'RoleAmbiguous,*'
  }
}
