# Prövar det som bara riktig Windows kan visa, på fem minuter, och skriver en rapport på skrivbordet.
#   prova-pa-windows.cmd ["C:\...\JobOffice Sync Center.exe"]
# Använder en egen datamapp; butikens inställningar rörs inte. Frågorna besvaras med j eller n.
param([string]$Exe = (Join-Path $PSScriptRoot '..\dist\JobOffice Sync Center.exe'))
$ErrorActionPreference = 'Continue'
$Exe = (Resolve-Path $Exe).Path
$Data = Join-Path $env:TEMP ('jobsync-prov-' + (Get-Date -Format 'yyyyMMdd-HHmmss') + '-åäö')
$Report = Join-Path ([Environment]::GetFolderPath('Desktop')) 'JobOffice Sync Center - prov pa Windows.txt'
$Lines = New-Object System.Collections.Generic.List[string]

function Note([string]$What, $Value) { $Line = '{0,-46} {1}' -f ($What + ':'), $Value; $Lines.Add($Line); Write-Host $Line }
function Ask([string]$Question) { Note $Question (Read-Host "$Question (j/n)") }
function Run([string[]]$Words, [string]$Program = $Exe) {
    $Start = New-Object System.Diagnostics.ProcessStartInfo $Program
    $Start.Arguments = (@('--data-dir', "`"$Data`"") + $Words) -join ' '
    $Start.UseShellExecute = $false; $Start.RedirectStandardOutput = $true; $Start.RedirectStandardError = $true
    $Start.StandardOutputEncoding = [Text.Encoding]::UTF8
    $Process = [Diagnostics.Process]::Start($Start)
    $Wrong = $Process.StandardError.ReadToEndAsync()
    $Text = $Process.StandardOutput.ReadToEnd(); $Process.WaitForExit()
    return @{ Text = $Text; Wrong = $Wrong.Result; Code = $Process.ExitCode }
}

Note 'Dag' (Get-Date)
Note 'Windows' ((Get-CimInstance Win32_OperatingSystem).Caption + ' ' + [Environment]::OSVersion.Version)
Note 'Fil' "$Exe ($([math]::Round((Get-Item $Exe).Length / 1MB, 1)) MB)"
Note 'Version' (Get-Item $Exe).VersionInfo.FileVersion
$Signature = Get-AuthenticodeSignature $Exe
Note 'Signatur' "$($Signature.Status) $($Signature.SignerCertificate.Subject)"
Note 'Antivirus' ((Get-CimInstance -Namespace root/SecurityCenter2 -ClassName AntiVirusProduct).displayName -join ', ')
if (Get-Command Start-MpScan -ErrorAction SilentlyContinue) {
    Start-MpScan -ScanType CustomScan -ScanPath $Exe
    $Threats = Get-MpThreatDetection | Where-Object { $_.Resources -match 'Sync Center' }
    Note 'Defender om filen' $(if ($Threats) { $Threats.ThreatID -join ', ' } else { 'inget' })
}
Note 'Hämtad från webben (SmartScreen frågar då)' ([bool](Get-Item $Exe -Stream Zone.Identifier -ErrorAction SilentlyContinue))

$Demo = Run @('--json', 'demo', '--no-sync')
Note 'Demoföretag' "kod $($Demo.Code)"
$Sync = Run @('--json', 'sync', '--all')
Note 'Första synkronisering' "kod $($Sync.Code)"
$Again = Run @('--json', 'sync', '--all')
Note 'Andra synkronisering' "kod $($Again.Code)"
Note 'Bevis (0 = varje öre stämmer)' "kod $((Run @('proof')).Code)"
Note 'ODBC-drivrutiner för SQL Server' ((Get-OdbcDriver -Platform '64-bit' | Where-Object Name -match 'SQL Server').Name -join ', ')

# En nyare fil med giltig signatur av någon som Windows inte litar på: den ska nekas.
New-Item -ItemType Directory -Force $Data | Out-Null
$Old = Join-Path $Data 'gammal.exe'; $New = Join-Path $Data 'ny.exe'
Copy-Item $Exe $Old
$Bytes = [IO.File]::ReadAllBytes($Exe); $At = -1
do { $At = [Array]::IndexOf($Bytes, [byte]0xBD, $At + 1) }
until ($At -lt 0 -or ($Bytes[$At + 1] -eq 0x04 -and $Bytes[$At + 2] -eq 0xEF -and $Bytes[$At + 3] -eq 0xFE))
$Bytes[$At + 10] = 9
[IO.File]::WriteAllBytes($New, $Bytes)
$Certificate = New-SelfSignedCertificate -Subject 'CN=Prov AB' -Type CodeSigningCert -CertStoreLocation Cert:\CurrentUser\My
Set-AuthenticodeSignature $New $Certificate | Out-Null
Run @('settings', 'set', '"general.publisher=Prov AB"') | Out-Null
$Refused = Run @('update', '--install') $Old
Note 'Okänd utgivare nekas (ska vara U01)' $(if ($Refused.Wrong -match '\[(U\d\d)\]') { $Matches[1] } else { "nekades inte: $($Refused.Text)" })
Run @('settings', 'set', 'general.publisher=') | Out-Null
Remove-Item "Cert:\CurrentUser\My\$($Certificate.Thumbprint)"

$Watch = [Diagnostics.Stopwatch]::StartNew()
Start-Process $Exe -ArgumentList @('--data-dir', "`"$Data`"")
while (-not (Test-Path (Join-Path $Data 'sync-center.instance.json')) -and $Watch.Elapsed.TotalSeconds -lt 60) { Start-Sleep -Milliseconds 50 }
Note 'Sekunder till ikonen (ungefär)' ([math]::Round($Watch.Elapsed.TotalSeconds, 2))
Start-Sleep 5
$Name = [IO.Path]::GetFileNameWithoutExtension($Exe)
$Memory = (Get-Process $Name -ErrorAction SilentlyContinue | Measure-Object PrivateMemorySize64 -Sum).Sum
Note 'Minne, MB (båda processerna)' ([math]::Round($Memory / 1MB, 1))
Note 'Uppackad i' ((Get-ChildItem "$env:LOCALAPPDATA\JobOffice Sync Center\Program" -ErrorAction SilentlyContinue).Name -join ', ')
Ask 'Syns en orange ikon vid klockan (ev. bakom ^)'
Ask 'Högerklicka: är menyn svensk och hel'
Ask 'Öppna inställningar: är fönstret skarpt och läsligt'
Ask 'Välj Synkronisera allt: kom en avisering'
Ask 'Kryssa i Starta med Windows, spara: finns genvägen i shell:startup'
Ask 'Starta programmet en gång till: kom statusfönstret'
Ask 'Välj Avsluta: försvann ikonen'
Start-Sleep 3
Note 'Processer kvar (ska vara 0)' @(Get-Process $Name -ErrorAction SilentlyContinue).Count
Note 'Uppackade mappar kvar (ska vara 0)' @(Get-ChildItem "$env:LOCALAPPDATA\JobOffice Sync Center\Program" -Filter '_MEI*' -ErrorAction SilentlyContinue).Count
$Lines | Set-Content -Path $Report -Encoding UTF8
Remove-Item $Data -Recurse -Force -ErrorAction SilentlyContinue
Write-Host "`nRapporten ligger på skrivbordet: $Report"
