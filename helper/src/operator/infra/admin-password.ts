/** The command that reads the administrator's password. The password itself is shown nowhere. */
export const readPasswordCommand = (secretArn: string, region: string): string =>
  `aws secretsmanager get-secret-value --region ${region} --secret-id ${secretArn} --query SecretString --output text`;
