document.querySelector('#plain').focus();
