-- Only what every script does.
return reply({})
