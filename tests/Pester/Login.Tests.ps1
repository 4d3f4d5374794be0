# A kubeconfig whose user logs in by a program: which one is told, what it says, how it ends, and when it is not run.
BeforeDiscovery {
  $skip = $IsWindows
}

Describe 'A program that logs in' -Skip:$skip {
  BeforeAll {
    Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
    Import-Module (Get-ModuleUnderTest)
    $sandbox = Start-Sandbox
    $folder = (Get-Item TestDrive:/).FullName.TrimEnd('/')
    $state = @{ Kube = Get-Content $env:KUBECONFIG -Raw }
    $cluster = [regex]::Match($state.Kube, 'clusters:\s+- name: (\S+)').Groups[1].Value
    $token = [regex]::Match($state.Kube, 'token: (\S+)').Groups[1].Value

    function Add-Login([string] $Name, [string] $Script) {
      # A context of that name, whose user logs in by that script.
      Set-Content "$folder/$Name.sh" "#!/bin/sh`necho run >>'$folder/$Name.runs'`n$Script" -NoNewline
      chmod 700 "$folder/$Name.sh"
      $user = "`n- name: $Name`n  user:`n    exec: {command: ./$Name.sh, args: [--token=arg-Zq9x], env: [{name: SETTING, value: env-Zq9x}], " +
        "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, installHint: get it}`ncontexts:`n"
      $state.Kube = $state.Kube.Replace("`ncontexts:`n", "$user- {name: $Name, context: {cluster: $cluster, user: $Name}}`n")
      Set-Content "$folder/kubeconfig" $state.Kube -NoNewline
      chmod 600 "$folder/kubeconfig"
    }

    function Get-Run([string] $Name) { @(Get-Content "$folder/$Name.runs" -ErrorAction Ignore).Count }

    $answer = "echo '{`"kind`":`"ExecCredential`",`"apiVersion`":`"client.authentication.k8s.io/v1`",`"status`":{`"token`":`"$token`"}}'"
    Add-Login good "echo `"`$SETTING `$1`" >&2`n$answer"
    Add-Login bad "echo `"no session for `$SETTING`" >&2`nexit 7"
    Add-Login odd "echo output-Zq9x"
    Add-Login slow "sleep 600 & echo `$! >'$folder/child'; wait"
    $common = @{ Kubeconfig = "$folder/kubeconfig"; ErrorAction = 'Stop' }
  }

  AfterAll {
    Stop-Sandbox $sandbox
  }

  It 'is run once for a command, and its name is told' {
    $told = Test-HotstackCluster @common -Context good -Verbose -Debug -WarningAction Continue *>&1

    $told.Verdict | Should -Contain 'Safe'
    Get-Run good | Should -Be 1
    "$told" | Should -BeLike "*with the program $folder/good.sh of the user good*"
    "$told" | Should -Not -Match "Zq9x|$token"
  }

  It 'that fails is told with what it said' {
    { Test-HotstackCluster @common -Context bad } | Should -Throw -ErrorId 'ExecPluginFailed,*' -ExpectedMessage '*exit code 7: no session for `*`*`*'
    Get-Run bad | Should -Be 1
  }

  It 'that is missing is told with the hint of its kubeconfig' {
    Set-Content "$folder/gone" ((Get-Content "$folder/kubeconfig" -Raw).Replace('./good.sh', './gone.sh'))
    chmod 600 "$folder/gone"
    $failure = { Test-HotstackCluster -Kubeconfig "$folder/gone" -Context good -ErrorAction Stop } | Should -Throw -ErrorId 'ExecPluginNotFound,*' -PassThru

    $failure.ErrorDetails.RecommendedAction | Should -BeLike '*The kubeconfig says of it: get it.*'
  }

  It 'writes nothing that is shown' {
    $failure = { Test-HotstackCluster @common -Context odd } | Should -Throw -ErrorId 'ExecPluginAnswerInvalid,*' -PassThru

    $failure | Format-List * -Force | Out-String | Should -Not -Match 'Zq9x'
  }

  It 'ends with its children at Ctrl+C' {
    $shell = [powershell]::Create()
    $null = $shell.AddScript("Import-Module '$(Get-ModuleUnderTest)'; Test-HotstackCluster -Kubeconfig '$folder/kubeconfig' -Context slow")
    $run = $shell.BeginInvoke()
    while (-not (Get-Content "$folder/child" -ErrorAction Ignore)) { Start-Sleep -Milliseconds 50 }
    $child = [int] (Get-Content "$folder/child")
    $shell.Stop()
    $null = $run.AsyncWaitHandle.WaitOne()

    while ((Get-Process -Id $child -ErrorAction Ignore).Id) { Start-Sleep -Milliseconds 50 }
    Get-Process -Id $child -ErrorAction Ignore | Should -BeNullOrEmpty
  }

  It 'is not run by completion' {
    $runs = Get-Run good
    $line = "Test-HotstackCluster -Kubeconfig $folder/kubeconfig -Context "
    (TabExpansion2 $line).CompletionMatches.CompletionText | Should -Contain 'good'
    $null = TabExpansion2 "Test-HotstackCluster -Kubeconfig $folder/kubeconfig -Context good -IgnoreOperator "

    Get-Run good | Should -Be $runs
  }
}
