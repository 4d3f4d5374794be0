#!/usr/bin/env bash
# get-pwsh.sh DIR: PowerShell and Pester as they are on NuGet, into DIR/bin and DIR/modules, for machines without them.
# Exit 1 where they cannot be had. Nothing outside of DIR and of NuGet's own cache is changed.
set -euo pipefail
mkdir -p "$1"
dir=$(cd "$1" && pwd)
dotnet tool install PowerShell --version 7.6.9 --tool-path "$dir/bin"

# Pester is no tool and no library: a project that only downloads it.
cat >"$dir/Pester.proj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="Pester" Version="[6.2.0]" />
  </ItemGroup>
</Project>
PROJECT
dotnet restore "$dir/Pester.proj"
packages=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
mkdir -p "$dir/modules"
ln -sfn "${packages%/}/pester/6.2.0/tools" "$dir/modules/Pester"
