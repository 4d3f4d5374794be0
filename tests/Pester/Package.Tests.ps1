Describe 'The package, in a folder as repository' {
  BeforeAll {
    Import-Module "$PSScriptRoot/Sandbox.psm1" -Force
    $hindrance = if ($IsWindows) { 'on Windows the user''s own folder of modules cannot be set aside' }
    elseif (-not (Get-Module Microsoft.PowerShell.PSResourceGet -ListAvailable)) { 'there is no PSResourceGet' }
    if ($hindrance) { return }

    $manifest = Get-ModuleUnderTest
    $published = Split-Path $manifest
    $said = Import-PowerShellDataFile $manifest
    $version = "$($said.ModuleVersion)-$($said.PrivateData.PSData.Prerelease)".TrimEnd('-')
    $installed = "$TestDrive/user/.local/share/powershell/Modules/Hotstack.SnapSet/$($said.ModuleVersion)"
    # Without a .config, NuGet's own configuration would be made in the current folder.
    $null = New-Item -ItemType Directory "$TestDrive/packed", "$TestDrive/published", "$TestDrive/user/.local/share", "$TestDrive/user/.config"
    Copy-Item "$published/../Hotstack.SnapSet.$version.nupkg" "$TestDrive/packed"
    $sandbox = Start-Sandbox

    # Somebody with no modules and no repositories.
    function Invoke-Pwsh([string] $Script) {
      $before = $env:HOME, $env:XDG_DATA_HOME
      $env:HOME, $env:XDG_DATA_HOME = "$TestDrive/user", $null
      try {
        $quiet = '$ErrorActionPreference = "Stop"; $ProgressPreference = "Ignore"'
        $output = pwsh -NoProfile -NonInteractive -Command "$quiet; $Script" 2>&1
        "$LASTEXITCODE $($output -join '|')"
      }
      finally { $env:HOME, $env:XDG_DATA_HOME = $before }
    }

    function Get-Hash256([string] $Folder) {
      # Of all but what Install-PSResource itself adds.
      Get-ChildItem $Folder -Recurse -File | Where-Object Name -NE 'PSGetModuleInfo.xml' |
        ForEach-Object { "$([IO.Path]::GetRelativePath($Folder, $_)) $((Get-FileHash $_).Hash)" } | Sort-Object
    }
  }

  BeforeEach { if ($hindrance) { Set-ItResult -Skipped -Because $hindrance } }

  AfterAll { if ($sandbox) { Stop-Sandbox $sandbox } }

  It 'is found with what it is and whose it is' {
    Invoke-Pwsh "Register-PSResourceRepository -Name Packed -Uri '$TestDrive/packed' -Trusted
      `$found = Find-PSResource Hotstack.SnapSet -Repository Packed -Prerelease
      `$found.Version.ToString(3), `$found.Type, `$found.Author, `$found.LicenseUri.OriginalString" |
      Should -Be "0 $($said.ModuleVersion)|Module|$($said.Author)|$($said.PrivateData.PSData.LicenseUri)"
  }

  It 'is installed, imported by its name, and works' {
    Invoke-Pwsh 'Install-PSResource Hotstack.SnapSet -Repository Packed -Prerelease
      Import-Module Hotstack.SnapSet; (Get-Module Hotstack.SnapSet).ModuleBase; (Get-HotstackInstance hs-multi).Count' |
      Should -Be "0 $installed|6"
    Get-Hash256 $installed | Should -Be (Get-Hash256 $published)
  }

  It 'is uninstalled' {
    Invoke-Pwsh 'Uninstall-PSResource Hotstack.SnapSet; @(Get-Module Hotstack.SnapSet -ListAvailable).Count' | Should -Be '0 0'
  }

  It 'can be made by Publish-PSResource as well' {
    Invoke-Pwsh "Register-PSResourceRepository -Name Published -Uri '$TestDrive/published' -Trusted
      Publish-PSResource -Path '$published' -Repository Published
      (Install-PSResource Hotstack.SnapSet -Repository Published -Prerelease -PassThru).Version.ToString(3)" |
      Should -Be "0 $($said.ModuleVersion)"
    Get-Hash256 $installed | Should -Be (Get-Hash256 $published)
  }
}
