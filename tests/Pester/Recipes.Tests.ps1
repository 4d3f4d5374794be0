# The recipes of docs/recipes.md, as they stand there, with the module under test.

BeforeDiscovery {
  $script:recipes = [regex]::Matches((Get-Content "$PSScriptRoot/../../docs/recipes.md" -Raw), '(?sm)^```powershell (?<name>\w+)\n(?<text>.*?)^```') |
    ForEach-Object { $_.Groups['name'].Value }
}

BeforeAll {
  Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
  Import-Module (Get-ModuleUnderTest)
  $sandbox = Start-Sandbox
  $stack = 'hs-multi'
  $PSDefaultParameterValues['Invoke-HotstackRevive:SettleTime'] = $PSDefaultParameterValues['Invoke-HotstackRevive:StableFor'] = '1s'
  $PSDefaultParameterValues['Suspend-HotstackCluster:ShutdownDelay'] = '1s'

  function Get-Recipe([string] $Name) {
    $null = (Get-Content "$PSScriptRoot/../../docs/recipes.md" -Raw) -match "(?sm)^``````powershell $Name\n(?<text>.*?)^``````"
    $Matches.text.Replace('Import-Module Hotstack.SnapSet', "Import-Module '$(Get-ModuleUnderTest)'")
  }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'Recipes' {
  It 'are all tested here: <_>' -ForEach $recipes {
    (Get-Content $PSCommandPath -Raw) | Should -Match "Get-Recipe $_\b"
  }

  It 'freeze each night, and keep the cluster in service' {
    $first = Invoke-Expression (Get-Recipe nightly)
    $first.State, $first.Labels['job'] | Should -Be Complete, nightly
    (Get-SandboxNode $sandbox).ready | Sort-Object -Unique | Should -Be $true
    (Test-HotstackCluster).IsHealthy | Should -BeTrue
    @(Get-HotstackSnapSet).Count | Should -Be 1
  }

  It 'tell which sets expire within <Within>, and end with <Code>' -ForEach @(
    @{ Within = '7d'; Code = 0; Posts = 0 }
    @{ Within = '30d'; Code = 1; Posts = 1 }
  ) {
    Set-Content "$TestDrive/alarm.ps1" (Get-Recipe alarm)
    $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $listener.Start()
    $hook = Start-ThreadJob {
      $client = ($using:listener).AcceptTcpClient()
      $stream = $client.GetStream()
      $buffer = [byte[]]::new(65536)
      $text = ''
      do { $text += [Text.Encoding]::UTF8.GetString($buffer, 0, $stream.Read($buffer, 0, $buffer.Length)) } until ($text -match '}')
      $stream.Write([Text.Encoding]::ASCII.GetBytes("HTTP/1.1 204 No Content`r`nConnection: close`r`n`r`n"))
      $client.Close()
      $text
    }
    $env:WEBHOOK = "http://127.0.0.1:$($listener.LocalEndpoint.Port)/hook"
    try {
      $told = pwsh -NoProfile -NonInteractive -File "$TestDrive/alarm.ps1" -Within $Within
      $LASTEXITCODE | Should -Be $Code
      @($told).Where({ $_ }).Count | Should -Be $Posts
      if ($Posts) { $hook | Wait-Job -Timeout 10 | Receive-Job | Should -Match '"text":.*of hs-multi: \d+ d' }
    } finally {
      Remove-Item env:WEBHOOK
      $listener.Stop()
      $hook | Remove-Job -Force
    }
  }

  It 'look at many projects at once' {
    $clouds = 'sandbox', 'sandbox-other'
    $ErrorActionPreference = 'Stop'
    $sets = @(Invoke-Expression (Get-Recipe projects))
    $sets.Cloud | Should -Be sandbox
    $sets.State | Should -Be Complete
  }

  It 'come back, and leave the prompt free' {
    $ErrorActionPreference = 'Stop'
    Invoke-Expression (Get-Recipe comesback) | Should -BeNullOrEmpty
    Invoke-Expression (Get-Recipe job) | Should -BeNullOrEmpty
  }
}
