// Pages other than the form that show or send what waits on this device.
