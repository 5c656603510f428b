"""What is told to people who are not at the till: mails, the month, the support packet."""
